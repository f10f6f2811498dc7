using System.Diagnostics.CodeAnalysis;

namespace Longhaul.Format;

/// <summary>Keeps decoded pages and nodes of block tables; the least recently used go first.</summary>
/// <remarks>A key's file part names backup, file and content, so entries of two instances of one backup never mix.</remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class NodeCache
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string File, long Offset), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="capacityBytes">Bound of the entries' approximate sizes, in bytes; 0 keeps nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacityBytes"/> is negative.</exception>
    public NodeCache(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        CapacityBytes = capacityBytes;
    }

    /// <summary>Bound of the entries' approximate sizes, in bytes.</summary>
    public long CapacityBytes { get; }

    /// <summary>Approximate sizes of what is kept now, in bytes; at most <see cref="CapacityBytes"/>.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Looks an entry up, and marks it as used.</summary>
    /// <typeparam name="T">What was kept; an entry of another type is not found.</typeparam>
    /// <param name="file">Names backup, file and content.</param>
    /// <param name="offset">Where in the file the entry was decoded from.</param>
    /// <param name="value">The entry when the method returns true.</param>
    /// <returns>False when it is not kept.</returns>
    public bool TryGet<T>(string file, long offset, [NotNullWhen(true)] out T? value)
        where T : class
    {
        lock (_gate)
        {
            if (_entries.TryGetValue((file, offset), out var node) && node.Value.Value is T found)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                value = found;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Keeps an entry, at the cost of the least recently used.</summary>
    /// <param name="file">Names backup, file and content.</param>
    /// <param name="offset">Where in the file the entry was decoded from.</param>
    /// <param name="value">Immutable from now on.</param>
    /// <param name="bytes">Its approximate size, in bytes; an entry above the capacity is not kept.</param>
    public void Add(string file, long offset, object value, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > CapacityBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (_entries.Remove((file, offset), out var known))
            {
                Forget(known);
            }

            _entries[(file, offset)] = _byUse.AddFirst(new Entry((file, offset), value, bytes));
            _bytes += bytes;
            while (_bytes > CapacityBytes && _byUse.Last is { } oldest)
            {
                _entries.Remove(oldest.Value.Key);
                Forget(oldest);
            }
        }
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private readonly record struct Entry((string File, long Offset) Key, object Value, int Bytes);
}
