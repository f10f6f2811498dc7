using Longhaul.Catalog.Repositories;
using Longhaul.Core;

namespace Longhaul.Jobs.Repositories;

/// <summary>Finds the store in which a repository lies: a directory, or one behind a mover.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public interface IRepositoryOpener
{
    /// <summary>Opens a repository's store. Whether it is the one that was added is not looked at.</summary>
    /// <param name="entry">The repository.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Good for as long as the opener is.</returns>
    /// <exception cref="LonghaulException">mover errors, store.unreachable.</exception>
    ValueTask<RepositoryStore> OpenAsync(RepositoryEntry entry, CancellationToken cancellationToken);
}
