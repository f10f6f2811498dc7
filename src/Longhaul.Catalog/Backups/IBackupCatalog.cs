namespace Longhaul.Catalog.Backups;

/// <summary>Caches what the backup folders say: losing it costs a rescan.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IBackupCatalog
{
    /// <summary>Lists backups, without their points.</summary>
    /// <param name="repository">Only this repository's; null for all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By folder, in ordinal order, then by repository id.</returns>
    ValueTask<IReadOnlyList<BackupEntry>> ListAsync(RepositoryId? repository, CancellationToken cancellationToken);

    /// <summary>Finds the backup in a folder.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when none is known there.</returns>
    ValueTask<BackupEntry?> FindAsync(RepositoryId repository, string folder, CancellationToken cancellationToken);

    /// <summary>Reads the chains of the backup in a folder.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>In the log's order of machines; empty when no such backup is known.</returns>
    ValueTask<IReadOnlyList<CachedChain>> GetChainsAsync(
        RepositoryId repository,
        string folder,
        CancellationToken cancellationToken
    );

    /// <summary>Finds points whose id begins with some digits. A copied folder's points are found in every copy.</summary>
    /// <param name="prefix">1 to 32 lower-case hex digits.</param>
    /// <param name="limit">How many at most, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By id, then folder; empty when there is none.</returns>
    ValueTask<IReadOnlyList<PointLocation>> FindPointsAsync(
        string prefix,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Keeps what a folder said, in place of what was kept of it before.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="chains">All its chains.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask SaveAsync(BackupEntry entry, IReadOnlyList<CachedChain> chains, CancellationToken cancellationToken);

    /// <summary>Forgets what a folder said; the folder is not touched.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when nothing was known of it.</returns>
    ValueTask<bool> RemoveAsync(RepositoryId repository, string folder, CancellationToken cancellationToken);
}
