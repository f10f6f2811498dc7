using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;

namespace Longhaul.Jobs.Backups;

/// <summary>Makes the catalog forget a backup until the next rescan; its folder is not even looked at.</summary>
/// <remarks>What was seen of its log is remembered: when it is found again, a folder that went back or forked is noticed.</remarks>
/// <param name="catalog">The catalog.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class BackupForgetting(ICatalog catalog)
{
    /// <summary>Forgets.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.in-use: a job that is defined here writes to it, or was told to copy it.</exception>
    public async Task ForgetAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var work = await catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var jobs = await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        var users = jobs.Where(job => Writes(job, entry) || Reads(job, entry)).Select(job => job.Name).ToList();
        if (users.Count > 0)
        {
            throw Errors.BackupInUse(entry.Folder, users);
        }

        await work.Backups.RemoveAsync(entry.Repository, entry.Folder, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool Writes(JobDefinition job, BackupEntry entry) =>
        job.Repository == entry.Repository && entry.Owner == job.Id;

    private static bool Reads(JobDefinition job, BackupEntry entry) =>
        job.Sources.Any(source =>
            source.Kind == JobSourceKind.Backup
            && source.Id == entry.BackupId.ToString()
            && (source.Repository is null || source.Repository == entry.Repository)
        );
}
