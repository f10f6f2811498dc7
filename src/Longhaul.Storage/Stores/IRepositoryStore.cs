namespace Longhaul.Storage.Stores;

/// <summary>A store that a repository lies in, which people also put things into.</summary>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public interface IRepositoryStore : IObjectStore
{
    /// <summary>Lists all that lies directly in a folder, also what no object can be called.</summary>
    /// <param name="folder">Empty for the top, or names out of earlier listings, each with a slash behind it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By name, in ordinal order; without what a put under way has there. Empty when there is no such folder.</returns>
    /// <exception cref="Core.LonghaulException">store.unreachable, store.access-denied, store.io.</exception>
    ValueTask<IReadOnlyList<FolderEntry>> ListEntriesAsync(string folder, CancellationToken cancellationToken);
}
