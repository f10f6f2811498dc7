using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Repairing;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Leases;

namespace Longhaul.Jobs.Repairing;

/// <summary>Repairs a backup from others.</summary>
/// <remarks>What could not be mended is marked in the log; the next run of a copy job sees that, and sends it again.</remarks>
/// <param name="workplace">The catalog, the repositories, and the passwords that were given.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class BackupRepair(Workplace workplace)
{
    /// <summary>Finds the backups that a job reads from or writes to.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As the catalog knows them; each once.</returns>
    /// <exception cref="LonghaulException">job.not-found, backup.not-found; store and data errors.</exception>
    public async Task<IReadOnlyList<BackupEntry>> BackupsOfAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        IReadOnlyList<BackupEntry> entries;
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            entries = await work.Backups.ListAsync(repository: null, cancellationToken).ConfigureAwait(false);
        }

        var found = entries.Where(entry => entry.BackupId == job.Backup && entry.Repository == job.Repository).ToList();
        if (job.Kind is JobKind.Copy or JobKind.AgentCopy)
        {
            using var opened = new OpenBackups(workplace);
            _ = await new SourceFinder(workplace, opened).FindAsync(job, cancellationToken).ConfigureAwait(false);
            found.AddRange(
                entries.Where(entry =>
                    opened.All.Any(backup =>
                        backup.Repository == entry.Repository && backup.Folder.Name == entry.Folder
                    )
                )
            );
        }

        return [.. found.DistinctBy(entry => (entry.Repository, entry.Folder))];
    }

    /// <summary>Repairs a backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="sources">Backups that may have what is damaged.</param>
    /// <param name="isDryRun">Whether nothing is to be written.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call; what was mended by then stays so.</param>
    /// <exception cref="LonghaulException">backup.locked: there is no password to it; backup.busy; backup.rolled-back,
    /// backup.forked; store errors.</exception>
    public async Task<RepairReport> RepairAsync(
        OpenBackup backup,
        IReadOnlyList<OpenBackup> sources,
        bool isDryRun,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(sources);
        foreach (var locked in sources.Prepend(backup).Where(one => one.Folder.IsLocked))
        {
            throw Errors.BackupLocked($"backup '{locked.Folder.Name}'", locked.Folder.Hints);
        }

        var repairer = new BackupRepairer(backup, sources, CompressionLevel.Auto, progress);
        var leases = new List<Lease>();
        try
        {
            foreach (var source in sources)
            {
                var reading = await workplace
                    .TryLeaseReaderAsync(source, job: null, cancellationToken)
                    .ConfigureAwait(false);
                leases.AddRange(reading is null ? [] : [reading]);
            }

            if (isDryRun)
            {
                return await repairer.RepairAsync(isDryRun, cancellationToken).ConfigureAwait(false);
            }

            await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
            await workplace.Cache.CheckHistoryAsync(backup, cancellationToken).ConfigureAwait(false);
            leases.Add(
                await workplace
                    .LeaseAsync(backup, LeasePurpose.Writer, job: null, cancellationToken)
                    .ConfigureAwait(false)
            );
            var report = await repairer.RepairAsync(isDryRun, cancellationToken).ConfigureAwait(false);
            _ = await new BackupProtection(workplace, backup).SyncAsync(CancellationToken.None).ConfigureAwait(false);
            await workplace
                .Cache.SaveAsync(backup, arrived: false, faults: null, CancellationToken.None)
                .ConfigureAwait(false);
            return report;
        }
        finally
        {
            foreach (var lease in leases)
            {
                await lease.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Finds the copy job that writes to a backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when none does, or it is defined on another server.</returns>
    public async ValueTask<JobDefinition?> FindCopyJobAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(backup);
        if (backup.Folder.State.OwnerIn(backup.Repository) is not { } owner)
        {
            return null;
        }

        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var job = await work.Jobs.FindAsync(owner.Job, cancellationToken).ConfigureAwait(false);
        return job is { Kind: JobKind.Copy or JobKind.AgentCopy } ? job : null;
    }
}
