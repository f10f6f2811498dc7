using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>Lets a test look on, step in between two calls, and change what lies in the store.</summary>
internal sealed class WatchedStore(IObjectStore inner) : IObjectStore
{
    /// <summary>The store that does the work from now on.</summary>
    internal IObjectStore Inner { get; set; } = inner;

    /// <summary>Runs before an object is put, with its name.</summary>
    internal Func<string, Task> BeforePut { get; set; } = _ => Task.CompletedTask;

    /// <summary>An object that seems not to be there the next time it is asked for; null for none.</summary>
    internal string? HiddenOnce { get; set; }

    /// <summary>What a read throws, by name, offset and length; null for nothing.</summary>
    internal Func<string, long, int, LonghaulException?> FailingRead { get; set; } = (_, _, _) => null;

    /// <summary>Bytes read by object.</summary>
    internal Dictionary<string, long> BytesRead { get; } = new(StringComparer.Ordinal);

    /// <summary>Objects put or begun, in order.</summary>
    internal List<(string Name, long Length)> Written { get; } = [];

    public string Location => Inner.Location;

    public long BestSegmentSize => Inner.BestSegmentSize;

    public IObjectProtection Protection => Inner.Protection;

    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        Inner.ListAsync(folder, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        Inner.ListFoldersAsync(folder, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        Inner.ListUnfinishedAsync(folder, cancellationToken);

    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        if (name == HiddenOnce)
        {
            HiddenOnce = null;
            return ValueTask.FromResult<long?>(null);
        }

        return Inner.GetLengthAsync(name, cancellationToken);
    }

    public async ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        if (FailingRead(name, offset, destination.Length) is { } error)
        {
            throw error;
        }

        var read = await Inner.ReadAsync(name, offset, destination, cancellationToken);
        lock (BytesRead)
        {
            BytesRead[name] = BytesRead.GetValueOrDefault(name) + (read ?? 0);
        }

        return read;
    }

    public async ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        await BeforePut(name);
        Written.Add((name, content.Length));
        return await Inner.PutIfAbsentAsync(name, content, cancellationToken);
    }

    public ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken)
    {
        Written.Add((name, 0));
        return Inner.CreateAsync(name, cancellationToken);
    }

    public ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken) =>
        Inner.ReopenAsync(name, length, cancellationToken);

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        Inner.DeleteAsync(name, cancellationToken);

    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        Inner.GetCapacityAsync(cancellationToken);
}
