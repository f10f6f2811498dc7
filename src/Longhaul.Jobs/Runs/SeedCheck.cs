using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Verifying;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Runs;

/// <summary>Verifies a seed once, at the target's side, before the first copy is built upon it.</summary>
/// <remarks>Goes around the counting of transfers: nothing of it crosses the wire. A damaged seed stops the run with what
/// is damaged; carrying those files again mends it.</remarks>
/// <param name="workplace">The catalog.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SeedCheck(Workplace workplace)
{
    /// <summary>Verifies the backup if it was not verified since it arrived.</summary>
    /// <param name="targetSide">The backup as the target's side reads it.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the check; it is begun anew by the next run.</param>
    /// <exception cref="LonghaulException">data.damaged: the first damaged place; store errors.</exception>
    internal async ValueTask RunAsync(
        OpenBackup targetSide,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        if (
            await FindAsync(targetSide, cancellationToken).ConfigureAwait(false)
            is not { UnverifiedSince: not null } entry
        )
        {
            return;
        }

        var report = await new BackupVerifier(targetSide, progress)
            .VerifyAsync(data: true, cancellationToken)
            .ConfigureAwait(false);
        if (report.Damaged.Count > 0)
        {
            var first = report.Damaged[0];
            throw Errors.DataDamaged(first.File, first.Offset, first.What);
        }

        await workplace.Cache.MarkVerifiedAsync(targetSide, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<BackupEntry?> FindAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        return await work
            .Backups.FindAsync(backup.Repository, backup.Folder.Name, cancellationToken)
            .ConfigureAwait(false);
    }
}
