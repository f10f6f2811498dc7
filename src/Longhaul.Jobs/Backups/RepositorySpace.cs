using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Reclaiming;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Leases;

namespace Longhaul.Jobs.Backups;

/// <summary>Gets space back: dead segments, files nothing needs, what interrupted runs left.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class RepositorySpace(Workplace workplace)
{
    /// <summary>Reclaims the space of one backup.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="options">How.</param>
    /// <param name="trustClock">Whether a person says that the wall clock is right, so that protections end by it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store and data errors.</exception>
    public async Task<ReclaimReport> ReclaimAsync(
        BackupEntry entry,
        ReclaimOptions options,
        bool trustClock,
        CancellationToken cancellationToken
    )
    {
        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
        if (trustClock)
        {
            new BackupProtection(workplace, backup).TrustWallClock();
        }

        var report = await ReclaimAsync(backup, options, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Reclaims the space of an open backup.</summary>
    /// <param name="backup">The backup; stays the caller's.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store and data errors.</exception>
    public async Task<ReclaimReport> ReclaimAsync(
        OpenBackup backup,
        ReclaimOptions options,
        CancellationToken cancellationToken
    )
    {
        // Before, so that what is due can go and what is not is left alone; after, for the records that reclaiming has put.
        var protection = new BackupProtection(workplace, backup);
        var before = await protection.SyncAsync(cancellationToken).ConfigureAwait(false);
        var leases = new LeaseObserver(backup.Folder.Store, workplace.BootClock, workplace.LeaseMemory);
        var reclaimer = new Reclaimer(
            backup,
            leases,
            new CatalogRecordAges(workplace),
            workplace.Journal,
            workplace.Clock
        );
        var report = await reclaimer
            .RunAsync(options with { Protected = before.Files }, cancellationToken)
            .ConfigureAwait(false);
        var after = await protection.SyncAsync(cancellationToken).ConfigureAwait(false);
        return report with
        {
            FilesProtected = before.Set + after.Set,
            FilesLifted = before.Lifted + after.Lifted,
            ProtectionProblem = before.Problem ?? after.Problem,
        };
    }

    /// <summary>When this installation first saw a record, kept in its catalog.</summary>
    private sealed class CatalogRecordAges(Workplace workplace) : IRecordAges
    {
        private static readonly TimeSpan s_mostOverReboot = TimeSpan.FromHours(24);

        public async ValueTask<bool> MayDeleteAsync(
            InstanceId instance,
            long recordNumber,
            TimeSpan delay,
            CancellationToken cancellationToken
        )
        {
            var clock = workplace.BootClock;
            var now = new CondemnedSighting(
                instance,
                recordNumber,
                clock.BootId,
                clock.SinceBoot,
                workplace.Clock.GetUtcNow()
            );
            CondemnedSighting first;
            var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
            await using (work.ConfigureAwait(false))
            {
                first = await work.Condemned.SeeAsync(now, cancellationToken).ConfigureAwait(false);
                await work.CommitAsync(cancellationToken).ConfigureAwait(false);
            }

            return AgeOf(first, now) >= delay;
        }

        public async ValueTask ForgetAsync(InstanceId instance, long throughRecord, CancellationToken cancellationToken)
        {
            var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
            await using var owned = work.ConfigureAwait(false);
            await work.Condemned.ForgetAsync(instance, throughRecord, cancellationToken).ConfigureAwait(false);
            await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        /// <summary>Time on the boot clock; over a reboot the wall clock's gap counts, at most a day.</summary>
        private static TimeSpan AgeOf(CondemnedSighting first, CondemnedSighting now)
        {
            if (first.BootId == now.BootId)
            {
                return now.BootTime - first.BootTime;
            }

            var gap = now.SeenAt - first.SeenAt;
            return gap < TimeSpan.Zero ? now.BootTime
                : gap > s_mostOverReboot ? s_mostOverReboot
                : gap;
        }
    }
}
