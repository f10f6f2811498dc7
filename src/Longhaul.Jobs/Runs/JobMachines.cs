using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Jobs.Repositories;
using Longhaul.Sources;

namespace Longhaul.Jobs.Runs;

/// <summary>Finds the machines of a backup job.</summary>
/// <remarks>A machine that was matched to one of the job's backup goes on under that one's id.</remarks>
internal static class JobMachines
{
    /// <summary>Finds them.</summary>
    /// <param name="workplace">The catalog.</param>
    /// <param name="job">A backup job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>In the job's order.</returns>
    /// <exception cref="LonghaulException">machine.not-found.</exception>
    internal static async Task<IReadOnlyList<Machine>> OfAsync(
        Workplace workplace,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var machines = new List<Machine>();
        foreach (var source in job.Sources)
        {
            var id = MachineId.TryParse(source.Id, out var parsed) ? parsed : throw Errors.MachineNotFound(source.Name);
            var machine =
                await work.Machines.FindAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw Errors.MachineNotFound(source.Name);
            var pair = job.Pairs.FirstOrDefault(pair => pair.Machine == id);
            machines.Add(pair is null ? machine : machine with { Id = pair.SeedMachine });
        }

        return machines;
    }

    /// <summary>The machines as mapping compares them, with their disks as they are now.</summary>
    /// <param name="workplace">The catalog.</param>
    /// <param name="job">A backup job that is to be mapped.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">machine.not-found; disk errors.</exception>
    internal static async Task<IReadOnlyList<JobMachine>> ForMappingAsync(
        Workplace workplace,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        var found = new List<JobMachine>();
        foreach (
            var machine in await OfAsync(workplace, job with { Pairs = [] }, cancellationToken).ConfigureAwait(false)
        )
        {
            var disks = new List<DiskLayout>();
            foreach (var disk in machine.Disks)
            {
                var size = await DiskSources.SizeAsync(machine.Name, disk, cancellationToken).ConfigureAwait(false);
                disks.Add(new DiskLayout(disk.Id, new ByteSize(size)));
            }

            found.Add(new JobMachine(machine.Id, machine.Name, disks, job.BlockSize, Sources: []));
        }

        return found;
    }
}
