using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Sources;

namespace Longhaul.Jobs.Seeding;

/// <summary>Finds out what a seed made of images has to be, so that a job can be mapped to it. Writes nothing.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class ImageSeedPlanner(Workplace workplace)
{
    /// <summary>Plans.</summary>
    /// <param name="request">The job, the machine and the images.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">usage.invalid: the job has no such machine, the machine no such disk, or a device does
    /// not say of when it is; disk, store and data errors.</exception>
    public async Task<ImageSeedPlan> PlanAsync(ImageSeedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var job = request.Job;
        using var opened = new OpenBackups(workplace);
        var machines = job.IsCopy
            ? await new SourceFinder(workplace, opened).FindAsync(job, cancellationToken).ConfigureAwait(false)
            : await JobMachines.ForMappingAsync(workplace, job, cancellationToken).ConfigureAwait(false);
        var machine = Find(machines, request);
        var disks = Named(request.Disks, machine);
        var bytes = 0L;
        foreach (var disk in disks)
        {
            bytes += await DiskSources.SizeAsync(machine.Name, disk, cancellationToken).ConfigureAwait(false);
        }

        var created = await CreatedAtAsync(request, machine, disks).ConfigureAwait(false);
        return new ImageSeedPlan
        {
            Job = job,
            Machine = new Machine(machine.Id, machine.Name, disks),
            Origin = job.Kind switch
            {
                JobKind.Copy => BackupOrigin.Copy,
                JobKind.AgentCopy => BackupOrigin.AgentCopyStandalone,
                _ => job.OriginOf(anyManagedSource: false),
            },
            BlockSize = machine.BlockSize ?? job.BlockSize,
            Bytes = bytes,
            CreatedAt = created,
            NewestSource =
                machine.Sources.Count == 0 ? null : machine.Sources.Max(source => source.Chain.Newest!.CreatedAt),
            MissingDisks = Missing(machine, disks),
        };
    }

    private static JobMachine Find(IReadOnlyList<JobMachine> machines, ImageSeedRequest request) =>
        machines.FirstOrDefault(machine => machine.Id.ToString() == request.Machine)
        ?? machines.FirstOrDefault(machine => machine.Name == request.Machine)
        ?? throw Errors.UsageInvalid(
            $"job '{request.Job.Name}' has no machine '{request.Machine}'",
            machines.Count == 0
                ? "It has none yet: run the jobs it copies from once, or rescan their repository."
                : $"Its machines are {string.Join(", ", machines.Select(machine => $"'{machine.Name}'"))}."
        );

    /// <summary>The images under the identities that the machine's disks have, so that the copy finds them again.</summary>
    private static List<MachineDisk> Named(IReadOnlyList<MachineDisk> images, JobMachine machine)
    {
        var ids = machine.Disks.Select(disk => disk.Id).ToList();
        if (ids.Count == 0)
        {
            return [.. images];
        }

        var named = images
            .Select((image, place) => ids.Contains(image.Id) ? image : image with { Id = AtPlace(image, place) })
            .ToList();
        return named.Select(disk => disk.Id).Distinct().Count() == named.Count
            ? named
            : throw Errors.UsageInvalid("two images are given for one disk", "Name each disk: ID=PATH.");

        string AtPlace(MachineDisk image, int place) =>
            image.Id == $"disk{place}" && place < ids.Count
                ? ids[place]
                : throw Errors.UsageInvalid(
                    $"machine '{machine.Name}' has no disk '{image.Id}'",
                    $"Its disks are {string.Join(", ", ids.Select(id => $"'{id}'"))}."
                );
    }

    private async ValueTask<DateTimeOffset> CreatedAtAsync(
        ImageSeedRequest request,
        JobMachine machine,
        List<MachineDisk> disks
    )
    {
        if (request.CreatedAt is { } told)
        {
            return told;
        }

        DateTimeOffset? newest = null;
        foreach (var disk in disks)
        {
            var at =
                await DiskTimes.ModifiedAtAsync(machine.Name, disk).ConfigureAwait(false)
                ?? throw Errors.UsageInvalid(
                    $"{disk.Path} is a block device, which does not say of when it is",
                    "Say it with --time: at or before it the machine was as it is on the device."
                );
            newest = newest is null || at > newest ? at : newest;
        }

        // A file from the future is of now: a clock was wrong.
        var now = workplace.Clock.GetUtcNow();
        return DateTimeOffset.FromUnixTimeMilliseconds((newest > now ? now : newest!.Value).ToUnixTimeMilliseconds());
    }

    private static List<string> Missing(JobMachine machine, List<MachineDisk> disks) =>
        [.. machine.Disks.Select(disk => disk.Id).Except(disks.Select(disk => disk.Id))];
}
