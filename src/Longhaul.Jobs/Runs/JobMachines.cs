using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Runs;

/// <summary>Finds the machines of a backup job.</summary>
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
            machines.Add(
                await work.Machines.FindAsync(id, cancellationToken).ConfigureAwait(false)
                    ?? throw Errors.MachineNotFound(source.Name)
            );
        }

        return machines;
    }
}
