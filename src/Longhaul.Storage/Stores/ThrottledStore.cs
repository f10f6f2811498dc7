namespace Longhaul.Storage.Stores;

/// <summary>Sends content to a store, or reads it, no faster than a rate; the other way is not held back.</summary>
/// <param name="inner">The store.</param>
/// <param name="rate">The rate; may be shared by several stores.</param>
/// <param name="isForReading">Whether it is what is read that is held back, and not what is sent.</param>
/// <threadsafety>As the inner store.</threadsafety>
public sealed class ThrottledStore(IObjectStore inner, SendRate rate, bool isForReading = false) : IObjectStore
{
    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public long BestSegmentSize => inner.BestSegmentSize;

    /// <inheritdoc/>
    public IObjectProtection Protection => inner.Protection;

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListFoldersAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListUnfinishedAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(name, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        if (isForReading)
        {
            await rate.WaitAsync(destination.Length, cancellationToken).ConfigureAwait(false);
        }

        return await inner.ReadAsync(name, offset, destination, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        if (!isForReading)
        {
            await rate.WaitAsync(content.Length, cancellationToken).ConfigureAwait(false);
        }

        return await inner.PutIfAbsentAsync(name, content, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken) =>
        Held(await inner.CreateAsync(name, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken) =>
        await inner.ReopenAsync(name, length, cancellationToken).ConfigureAwait(false) is { } writer
            ? Held(writer)
            : null;

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        inner.DeleteAsync(name, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        inner.GetCapacityAsync(cancellationToken);

    private IObjectWriter Held(IObjectWriter writer) => isForReading ? writer : new Writer(writer, rate);

    private sealed class Writer(IObjectWriter inner, SendRate rate) : IObjectWriter
    {
        public string Name => inner.Name;

        public long Length => inner.Length;

        public long Watermark => inner.Watermark;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            await rate.WaitAsync(content.Length, cancellationToken).ConfigureAwait(false);
            await inner.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            inner.ReadAsync(offset, destination, cancellationToken);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public ValueTask CompleteAsync(CancellationToken cancellationToken) => inner.CompleteAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
