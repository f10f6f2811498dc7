namespace Longhaul.Storage.Stores;

/// <summary>The way between a job and its target: counted, and held to a rate.</summary>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
/// <param name="limit">Most that may be sent; null for no limit.</param>
public sealed class Wire(SendRate? limit = null)
{
    /// <summary>What crossed.</summary>
    public TransferCounter Counter { get; } = new();

    /// <summary>A store as it is seen over the wire.</summary>
    /// <param name="store">The store at the far end; stays the caller's.</param>
    public IObjectStore Around(IObjectStore store) =>
        new CountingStore(limit is null ? store : new ThrottledStore(store, limit), Counter);
}
