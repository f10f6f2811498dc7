namespace Longhaul.Storage.Stores;

/// <summary>Protects objects of one folder of a store, by their names in that folder.</summary>
/// <param name="inner">The store that has the folder.</param>
/// <param name="nameOf">Turns a name in the folder into one in the store; throws for one that is none.</param>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
internal sealed class FolderProtection(IObjectProtection inner, Func<string, string> nameOf) : IObjectProtection
{
    /// <inheritdoc/>
    public ValueTask<string?> FindObstacleAsync(CancellationToken cancellationToken) =>
        inner.FindObstacleAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool?> IsProtectedAsync(string name, CancellationToken cancellationToken) =>
        inner.IsProtectedAsync(nameOf(name), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ProtectAsync(string name, CancellationToken cancellationToken) =>
        inner.ProtectAsync(nameOf(name), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> UnprotectAsync(string name, CancellationToken cancellationToken) =>
        inner.UnprotectAsync(nameOf(name), cancellationToken);
}
