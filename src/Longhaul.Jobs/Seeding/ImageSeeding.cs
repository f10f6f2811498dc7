using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Runs;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Storage.Leases;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Seeding;

/// <summary>Makes a seed out of old disk images: a backup of one machine with one full, in the repository that a job writes to.</summary>
/// <remarks>
/// <para>While it is being made it has an owner that no installation has, so that no job is mapped to it; the last record makes it
/// ownerless. Whoever is interrupted calls again with the same images: what is durable is used, as by a run.</para>
/// </remarks>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class ImageSeeding(Workplace workplace)
{
    /// <summary>Makes the seed.</summary>
    /// <param name="plan">What <see cref="ImageSeedPlanner"/> has found.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call; the next one goes on where it was.</param>
    /// <exception cref="LonghaulException">seed.job-has-backup: it has one that is not made of these images; job.password: the job
    /// encrypts and no password was given; backup.busy: another process makes it; disk, store and data errors.</exception>
    public async Task<ImageSeed> MakeAsync(
        ImageSeedPlan plan,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        var maker = MakerOf(plan);
        var wire = new Wire();
        progress?.CountBy(wire.Counter);
        var repository = await workplace
            .OpenRepositoryAsync(plan.Job.Repository, cancellationToken)
            .ConfigureAwait(false);
        var (found, seed) = await FindAsync(repository, wire, plan, maker, cancellationToken).ConfigureAwait(false);
        if (seed is not null)
        {
            return seed;
        }

        if (plan.Job.Backup is not null)
        {
            found?.Dispose();
            throw Errors.SeedJobHasBackup(plan.Job.Name);
        }

        using var backup =
            found ?? await CreateAsync(repository, wire, plan, maker, cancellationToken).ConfigureAwait(false);
        await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
        _ = backup.Folder.WritingKey;
        var lease = await workplace
            .LeaseAsync(backup, LeasePurpose.Writer, maker.Name, cancellationToken)
            .ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            var made = await ReadAsync(backup, plan, maker, progress, cancellationToken).ConfigureAwait(false);
            await LeaveAsync(backup, maker, cancellationToken).ConfigureAwait(false);
            return made;
        }
    }

    /// <summary>Whoever makes the seed: a job that is defined nowhere, and the same one when the call is made again.</summary>
    private static JobDefinition MakerOf(ImageSeedPlan plan)
    {
        byte[] name = [.. "seed from-image\n"u8, .. plan.Job.Id.ToBytes(), .. plan.Machine.Id.ToBytes()];
        _ = JobId.TryRead(Digest.Of(name).ToBytes().AsSpan(0, JobId.Size), out var id);
        return plan.Job with
        {
            Id = id,
            Name = $"{plan.Machine.Name}-seed",
            Kind = JobKind.Backup,
            Method = BackupMethod.ForeverForward,
            Sources = [],
            Before = null,
            After = null,
            Backup = null,
            Pairs = [],
        };
    }

    /// <summary>Finds what an earlier call has made: whole, or begun; the job may be mapped to it since.</summary>
    /// <returns>What was begun, to go on with; or what is whole.</returns>
    private async ValueTask<(OpenBackup? Begun, ImageSeed? Whole)> FindAsync(
        OpenRepository repository,
        Wire wire,
        ImageSeedPlan plan,
        JobDefinition maker,
        CancellationToken cancellationToken
    )
    {
        foreach (var name in await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            OpenBackup? backup = null;
            try
            {
                backup = await repository.OpenBackupAsync(name, wire, cancellationToken).ConfigureAwait(false);
            }
            catch (LonghaulException error) when (OpenRepository.IsUnreadable(error))
            {
                // Somebody else's: this one's would be made anew beside it.
            }

            if (backup is null)
            {
                continue;
            }

            var state = backup.Folder.State;
            var isMade = state.BornOf == maker.Id && backup.Folder.IsAtHome;
            if (isMade && state.OwnerIn(repository.Entry.Id)?.Job == maker.Id)
            {
                return (backup, null);
            }

            // Also where the job was mapped to it, and went on in it.
            var point = state
                .Machines.GetValueOrDefault(plan.Machine.Id)
                ?.Points.LastOrDefault(point => IsOf(point, plan));
            using (backup)
            {
                var owner = state.OwnerIn(repository.Entry.Id)?.Job;
                if (isMade && (owner is null || owner == plan.Job.Id) && point is not null)
                {
                    await workplace.Cache.CatchUpAsync(backup, cancellationToken).ConfigureAwait(false);
                    return (null, new ImageSeed(name, backup.Folder.Descriptor.Id, point, 0, 0, false, WasThere: true));
                }
            }
        }

        return (null, null);
    }

    /// <summary>Whether a point was made of the images that are to be read; of a locked one the time alone tells.</summary>
    private static bool IsOf(RestorePoint point, ImageSeedPlan plan) =>
        point.CreatedAt == plan.CreatedAt
        && (
            point.Disks.Count == 0
            || point.Disks.Select(disk => disk.Id).SequenceEqual(plan.Machine.Disks.Select(disk => disk.Id))
        );

    private async ValueTask<OpenBackup> CreateAsync(
        OpenRepository repository,
        Wire wire,
        ImageSeedPlan plan,
        JobDefinition maker,
        CancellationToken cancellationToken
    )
    {
        var backups = new JobBackup(workplace);
        return await backups
            .CreateAsync(
                maker,
                document: ReadOnlyMemory<byte>.Empty,
                backups.PasswordOf(plan.Job),
                repository,
                plan.Origin,
                plan.BlockSize,
                wire,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async ValueTask<ImageSeed> ReadAsync(
        OpenBackup backup,
        ImageSeedPlan plan,
        JobDefinition maker,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var (name, id) = (backup.Folder.Name, backup.Folder.Descriptor.Id);
        if (backup.Folder.State.Machines.GetValueOrDefault(plan.Machine.Id)?.Newest is { } there && IsOf(there, plan))
        {
            // The call before came as far as the point.
            return new ImageSeed(name, id, there, 0, 0, IsResumed: true, WasThere: false);
        }

        var context = new RunContext
        {
            Session = SessionId.New(),
            Job = maker,
            Origin = plan.Origin,
            Journal = workplace.Journal,
            Clock = workplace.Clock,
            CreatedAt = plan.CreatedAt,
            Progress = progress,
            Tasks = Math.Clamp(plan.Machine.Disks.Count, 1, maker.MaxTasks),
        };
        using var run = await BackupRun.BeginAsync(backup, context, cancellationToken).ConfigureAwait(false);
        var outcome = await run.RunMachineAsync(plan.Machine, new FullRequest(), cancellationToken)
            .ConfigureAwait(false);
        await run.EndAsync(cancellationToken).ConfigureAwait(false);
        var counts = outcome.Counts;
        return new ImageSeed(
            name,
            id,
            outcome.Point!,
            counts.BytesRead,
            counts.BytesWritten,
            counts.BlocksResumed > 0,
            WasThere: false
        );
    }

    /// <summary>From here on it is a seed: nobody owns it, and a job may be mapped to it.</summary>
    private async ValueTask LeaveAsync(OpenBackup backup, JobDefinition maker, CancellationToken cancellationToken)
    {
        await backup
            .Folder.CommitAsync(
                state =>
                {
                    if (state.OwnerIn(backup.Repository)?.Job != maker.Id)
                    {
                        return null;
                    }

                    var draft = new RecordDraft("seed");
                    draft.Open.Ownerless = true;
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: [], cancellationToken).ConfigureAwait(false);

        // It was made here, also where a rescan has found it half made.
        await workplace.Cache.MarkVerifiedAsync(backup, cancellationToken).ConfigureAwait(false);
    }
}
