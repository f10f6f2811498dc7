using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Longhaul.Core;

namespace Longhaul.Storage.Stores;

/// <summary>Keeps objects in memory, for tests and for exploring what could happen.</summary>
/// <remarks>
/// <para>Everything done stays while the process lives; what power loss would take is the matter of a decorator.</para>
/// <para>To fork a store, make another from its <see cref="Snapshot"/>: that costs a copy of the unfinished objects and
/// nothing else, for finished ones are shared. In the fork no writer is alive.</para>
/// <para>Memory: the sum of all objects.</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed partial class MemoryObjectStore : IObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemoryObjectWriter> _unfinished = new(StringComparer.Ordinal);
    private MemoryStoreSnapshot _state;

    /// <summary>Makes an empty store.</summary>
    public MemoryObjectStore()
        : this(MemoryStoreSnapshot.Empty) { }

    /// <summary>Makes a store that holds what another held.</summary>
    /// <param name="content">Not changed; its memory is used, not copied.</param>
    public MemoryObjectStore(MemoryStoreSnapshot content)
    {
        _state = content with { Unfinished = MemoryStoreSnapshot.Empty.Unfinished };
        foreach (var (name, unfinished) in content.Unfinished)
        {
            _unfinished[name] = new MemoryObjectWriter(this, name, unfinished);
        }
    }

    /// <inheritdoc/>
    public string Location { get; init; } = "memory";

    /// <inheritdoc/>
    public long BestSegmentSize { get; init; } = 64L << 20;

    /// <summary>The store's content at this moment.</summary>
    public MemoryStoreSnapshot Snapshot()
    {
        lock (_lock)
        {
            var unfinished = _unfinished.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToUnfinished()));
            return _state with { Unfinished = _state.Unfinished.AddRange(unfinished) };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        foreach (var (name, content) in await StateAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name.StartsWith(folder, StringComparison.Ordinal))
            {
                yield return new StoredObject(name, content.Length);
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in state.Keys.Concat(UnfinishedNames()))
        {
            var slash = name.StartsWith(folder, StringComparison.Ordinal) ? name.IndexOf('/', folder.Length) : -1;
            if (slash >= 0)
            {
                folders.Add(name[folder.Length..slash]);
            }
        }

        foreach (var found in folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListUnfinishedAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var name in UnfinishedNames().Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name.StartsWith(folder, StringComparison.Ordinal) && UnfinishedLength(name) is { } length)
            {
                yield return new StoredObject(name, length);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Find(name) is { } content ? content.Length : null);
    }

    /// <inheritdoc/>
    public ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Find(name) is { } content ? CopyRange(content.Span, offset, destination.Span) : null);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        return new(TryAdd(name, content.ToArray()));
    }

    /// <inheritdoc/>
    public ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var writer = new MemoryObjectWriter(this, name);
            if (_state.Objects.ContainsKey(name) || !_unfinished.TryAdd(name, writer))
            {
                throw new IOException($"An object named '{name}' is there already.");
            }

            return new(writer);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_unfinished.TryGetValue(name, out var old) || old.IsOpen || old.Length < length)
            {
                return new((IObjectWriter?)null);
            }

            var writer = old.Continue(length);
            _unfinished[name] = writer;
            return new(writer);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_state.Protected.Contains(name))
            {
                throw Errors.StoreProtected(name);
            }

            var unfinished = _unfinished.Remove(name);
            var finished = _state.Objects.ContainsKey(name);
            _state = _state with { Objects = _state.Objects.Remove(name) };
            return new(unfinished || finished);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) => new((StoreCapacity?)null);

    /// <summary>Copies what there is of a range.</summary>
    /// <returns>Bytes copied; 0 at or past the end.</returns>
    internal static int CopyRange(ReadOnlySpan<byte> content, long offset, Span<byte> destination)
    {
        if (offset >= content.Length)
        {
            return 0;
        }

        var rest = content[(int)offset..];
        var count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        return count;
    }

    /// <summary>Makes an unfinished object a finished one.</summary>
    /// <returns>False when the name is taken, or the unfinished object was deleted or is another writer's.</returns>
    internal bool TryComplete(MemoryObjectWriter writer, byte[] content)
    {
        lock (_lock)
        {
            if (
                !_unfinished.TryGetValue(writer.Name, out var present)
                || present != writer
                || !TryAdd(writer.Name, content)
            )
            {
                return false;
            }

            return _unfinished.Remove(writer.Name);
        }
    }

    private bool TryAdd(string name, byte[] content)
    {
        lock (_lock)
        {
            if (_state.Objects.ContainsKey(name))
            {
                return false;
            }

            _state = _state with { Objects = _state.Objects.Add(name, content) };
            return true;
        }
    }

    private ReadOnlyMemory<byte>? Find(string name)
    {
        lock (_lock)
        {
            // The cast matters: a bare null would become empty memory.
            return _state.Objects.TryGetValue(name, out var content) ? content : (ReadOnlyMemory<byte>?)null;
        }
    }

    private ValueTask<ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>> StateAsync(
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_state.Objects);
        }
    }

    private string[] UnfinishedNames()
    {
        lock (_lock)
        {
            return [.. _unfinished.Keys];
        }
    }

    private long? UnfinishedLength(string name)
    {
        lock (_lock)
        {
            return _unfinished.TryGetValue(name, out var writer) ? writer.Length : null;
        }
    }
}
