using Longhaul.Catalog.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Repositories;

/// <summary>Opens repositories in directories.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class DirectoryOpener : IRepositoryOpener
{
    /// <inheritdoc/>
    public ValueTask<RepositoryStore> OpenAsync(RepositoryEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new(new RepositoryStore(Open(entry.Location, entry.Traits)));
    }

    /// <summary>Opens a directory as a probe has found it.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="traits">What the probe found; null when there was none.</param>
    public static DirectoryStore Open(string path, StoreTraits? traits) =>
        new(
            path,
            traits?.Capabilities.GetValueOrDefault("placement") switch
            {
                "link" => PlacementMethod.Link,
                "locked-rename" => PlacementMethod.LockedRename,
                _ => PlacementMethod.Rename,
            }
        );
}
