using Longhaul.Catalog.Backups;
using Longhaul.Core.Selection;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Copying;

/// <summary>The source backups of one run, each opened once.</summary>
/// <param name="workplace">Opens them.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class OpenBackups(Workplace workplace) : IDisposable
{
    private readonly Dictionary<(RepositoryId Repository, string Folder), OpenBackup> _open = [];

    /// <summary>The backups opened so far; they stay this object's.</summary>
    public IReadOnlyCollection<OpenBackup> All => _open.Values;

    /// <summary>Opens a backup, or gives the one opened before.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Stays this object's.</returns>
    /// <exception cref="Core.LonghaulException">backup.not-found, store and data errors.</exception>
    public async ValueTask<OpenBackup> GetAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        var key = (entry.Repository, entry.Folder);
        if (!_open.TryGetValue(key, out var backup))
        {
            backup = await workplace.OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
            _open[key] = backup;
        }

        return backup;
    }

    /// <summary>Finds the backup opened before that a chain is in.</summary>
    /// <param name="source">The chain.</param>
    public OpenBackup Find(SourceChain source) => _open[(source.Repository, source.BackupName)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var backup in _open.Values)
        {
            backup.Dispose();
        }
    }
}
