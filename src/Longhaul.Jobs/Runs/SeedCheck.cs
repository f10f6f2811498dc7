using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Verifying;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Runs;

/// <summary>Verifies a seed once, at the target's side, before the first copy is built upon it; and again a copy whose newest
/// point a repair has marked as incomplete.</summary>
/// <remarks>Nothing of it crosses the wire: across a line the mover compares checksums, and what it finds is asked. Where single blocks fail, a copy sends
/// them again; a machine of which more is damaged fails, the others go on, and carrying those files again mends it.</remarks>
/// <param name="workplace">The catalog.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SeedCheck(Workplace workplace)
{
    /// <summary>Verifies the backup if it was not verified since it arrived, or a machine's newest point is incomplete.</summary>
    /// <param name="targetSide">The backup as the target's side reads it.</param>
    /// <param name="due">The machines that are to be copied, by the backup's ids.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the check; it is begun anew by the next run.</param>
    /// <returns>What has to be sent again, and which machines cannot be copied.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<DamagedBlocks> FindDamageAsync(
        OpenBackup targetSide,
        IReadOnlySet<MachineId> due,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var isUnverified = await IsUnverifiedAsync(targetSide, cancellationToken).ConfigureAwait(false);
        if (!isUnverified && !IsMarked(targetSide, due))
        {
            return DamagedBlocks.None;
        }

        var report = await VerifyAsync(targetSide, progress, cancellationToken).ConfigureAwait(false);
        var damaged = DamagedBlocks.Of(report, targetSide.Folder.State);
        await EndAsync(targetSide, damaged, new HashSet<MachineId>(), cancellationToken).ConfigureAwait(false);
        return damaged;
    }

    /// <summary>Remembers that the backup is verified, once nothing that is damaged can be built upon.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="damaged">What <see cref="FindDamageAsync"/> found.</param>
    /// <param name="mended">The machines, by the backup's id, that have a newer point since.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask EndAsync(
        OpenBackup backup,
        DamagedBlocks damaged,
        IReadOnlySet<MachineId> mended,
        CancellationToken cancellationToken
    )
    {
        if (damaged.Machines.All(mended.Contains))
        {
            await workplace.Cache.MarkVerifiedAsync(backup, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The points that a seed was made from need not be kept any more, each from its machine's first copy upon the seed
    /// on: until then changes are found by it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">Its backup.</param>
    /// <param name="machines">The machines that are the job's, by the backup's ids.</param>
    /// <param name="cancellationToken">Cancels the call; the next run does it.</param>
    internal async ValueTask LetGoAsync(
        JobDefinition job,
        OpenBackup backup,
        IReadOnlySet<MachineId> machines,
        CancellationToken cancellationToken
    )
    {
        if (job.AwaitedSeed is not { IsMapped: true })
        {
            return;
        }

        var needed = machines
            .Select(machine => backup.Folder.State.Machines.GetValueOrDefault(machine)?.Newest?.SourcePoint)
            .OfType<PointId>()
            .ToHashSet();
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        if (
            await work.Jobs.FindAsync(job.Id, cancellationToken).ConfigureAwait(false) is
            { AwaitedSeed: { IsMapped: true } seed } present
        )
        {
            var kept = seed.Points.Where(needed.Contains).ToArray();
            if (kept.Length == 0 || kept.Length < seed.Points.Count)
            {
                var left = kept.Length == 0 ? null : seed with { Points = kept };
                await work.Jobs.SaveAsync(present with { AwaitedSeed = left }, cancellationToken).ConfigureAwait(false);
                await work.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Verifies a backup that a backup job goes on with; nobody can send its blocks again.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the check; it is begun anew by the next run.</param>
    /// <exception cref="LonghaulException">data.damaged: the first damaged place; store errors.</exception>
    internal async ValueTask RequireSoundAsync(
        OpenBackup backup,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        if (await IsUnverifiedAsync(backup, cancellationToken).ConfigureAwait(false))
        {
            var report = await VerifyAsync(backup, progress, cancellationToken).ConfigureAwait(false);
            if (report.Damaged.Count > 0)
            {
                var first = report.Damaged[0];
                throw Errors.DataDamaged(first.File, first.Offset, first.What);
            }

            await workplace.Cache.MarkVerifiedAsync(backup, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether what the next points are built upon lacks something.</summary>
    private static bool IsMarked(OpenBackup backup, IReadOnlySet<MachineId> due) =>
        backup.Folder.State.Machines.Values.Any(machine =>
            due.Contains(machine.Id) && machine.Newest is { IsComplete: false }
        );

    private async ValueTask<VerifyReport> VerifyAsync(
        OpenBackup backup,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var verifier = new BackupVerifier(backup, progress);
        var report = backup.Far is null
            ? await verifier.VerifyAsync(data: true, cancellationToken).ConfigureAwait(false)
            : await verifier.VerifyAtFarSideAsync(cancellationToken).ConfigureAwait(false);
        _ = await workplace
            .Verifications.NoteAsync(backup, report, byContent: backup.Far is null, isSample: false, cancellationToken)
            .ConfigureAwait(false);
        return report;
    }

    /// <summary>Whether a backup was not verified since it arrived; one whose folder was renamed since is known by its instance.</summary>
    private async ValueTask<bool> IsUnverifiedAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var entry = await work
            .Backups.FindAsync(backup.Repository, backup.Folder.Name, cancellationToken)
            .ConfigureAwait(false);
        if (entry is not null)
        {
            return entry.UnverifiedSince is not null;
        }

        var others = await work.Backups.ListAsync(backup.Repository, cancellationToken).ConfigureAwait(false);
        return others.Any(other => other.InstanceId == backup.Folder.Instance && other.UnverifiedSince is not null);
    }
}
