namespace Longhaul.Catalog.Repositories;

/// <summary>Keeps the repositories that were added.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IRepositoryCatalog
{
    /// <summary>Lists all of them.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By name, in ordinal order.</returns>
    ValueTask<IReadOnlyList<RepositoryEntry>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Finds one by its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    ValueTask<RepositoryEntry?> FindAsync(RepositoryId id, CancellationToken cancellationToken);

    /// <summary>Adds one, or replaces the one with its id.</summary>
    /// <param name="entry">The repository.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="Core.LonghaulException">repository.exists: another one has the name.</exception>
    ValueTask SaveAsync(RepositoryEntry entry, CancellationToken cancellationToken);

    /// <summary>Forgets one, what is cached of its backups, and the passwords that are kept for them; the repository itself is not touched.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there was none.</returns>
    ValueTask<bool> RemoveAsync(RepositoryId id, CancellationToken cancellationToken);
}
