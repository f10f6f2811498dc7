using Longhaul.Storage.Caching;

namespace Longhaul.Storage.Stores;

/// <summary>The way between a job and its target: counted, held to a rate, and spared where something is kept at this end.</summary>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
/// <param name="limit">Most that may be sent; null for no limit.</param>
/// <param name="near">Tables of targets that are kept at this end; null: none are.</param>
/// <param name="readLimit">Most that may be read; null for no limit.</param>
public sealed class Wire(SendRate? limit = null, TableCache? near = null, SendRate? readLimit = null)
{
    /// <summary>What crossed.</summary>
    public TransferCounter Counter { get; } = new();

    /// <summary>Tables of targets that are kept at this end; null: none are.</summary>
    public TableCache? Near => near;

    /// <summary>A store as it is seen over the wire.</summary>
    /// <param name="store">The store at the far end; stays the caller's.</param>
    public IObjectStore Around(IObjectStore store)
    {
        var reading = readLimit is null ? store : new ThrottledStore(store, readLimit, isForReading: true);
        return new CountingStore(limit is null ? reading : new ThrottledStore(reading, limit), Counter);
    }
}
