using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Tests.Logs;

/// <summary>Does as another store does, but where it is overridden.</summary>
internal abstract class DelegatingStore(IObjectStore inner) : IObjectStore
{
    public string Location => inner.Location;

    public long BestSegmentSize => inner.BestSegmentSize;

    public IObjectProtection Protection => inner.Protection;

    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListAsync(folder, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListFoldersAsync(folder, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListUnfinishedAsync(folder, cancellationToken);

    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(name, cancellationToken);

    public ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    ) => inner.ReadAsync(name, offset, destination, cancellationToken);

    public virtual ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => inner.PutIfAbsentAsync(name, content, cancellationToken);

    public ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken) =>
        inner.CreateAsync(name, cancellationToken);

    public ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken) =>
        inner.ReopenAsync(name, length, cancellationToken);

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        inner.DeleteAsync(name, cancellationToken);

    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        inner.GetCapacityAsync(cancellationToken);
}
