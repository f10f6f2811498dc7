using System.Runtime.CompilerServices;

namespace Longhaul.Storage.Stores;

/// <summary>Counts what goes to a store and comes from it.</summary>
/// <remarks>
/// <para>The same for a directory and for a mover: every name and folder that is sent (a byte a character, ASCII), 16
/// bytes for a range asked for, name and 8 bytes for each line of a listing, and all data in both directions. Data
/// counts as sent when it is handed on, whether or not the call succeeds.</para>
/// <para>Source: docs/cli.md, <c>bytesTransferred</c>.</para>
/// </remarks>
/// <param name="inner">The store that does the work.</param>
/// <param name="counter">Where the bytes are added; may serve several stores.</param>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class CountingStore(IObjectStore inner, TransferCounter counter) : IObjectStore
{
    /// <summary>Bytes of an offset and a length.</summary>
    public const int RangeSize = 16;

    /// <summary>Bytes of a listing's line beside the name.</summary>
    public const int ListLineSize = 8;

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public long BestSegmentSize => inner.BestSegmentSize;

    /// <inheritdoc/>
    public IObjectProtection Protection => inner.Protection;

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        CountAsync(folder, inner.ListAsync(folder, cancellationToken), item => item.Name, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        CountAsync(folder, inner.ListFoldersAsync(folder, cancellationToken), item => item, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        CountAsync(folder, inner.ListUnfinishedAsync(folder, cancellationToken), item => item.Name, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        counter.AddSent(name.Length);
        return inner.GetLengthAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        counter.AddSent(name.Length + RangeSize);
        var read = await inner.ReadAsync(name, offset, destination, cancellationToken).ConfigureAwait(false);
        counter.AddReceived(read ?? 0);
        return read;
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        counter.AddSent(name.Length + (long)content.Length);
        return inner.PutIfAbsentAsync(name, content, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken)
    {
        counter.AddSent(name.Length);
        return new Writer(await inner.CreateAsync(name, cancellationToken).ConfigureAwait(false), counter);
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken)
    {
        counter.AddSent(name.Length);
        var writer = await inner.ReopenAsync(name, length, cancellationToken).ConfigureAwait(false);
        return writer is null ? null : new Writer(writer, counter);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        counter.AddSent(name.Length);
        return inner.DeleteAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        inner.GetCapacityAsync(cancellationToken);

    private async IAsyncEnumerable<T> CountAsync<T>(
        string folder,
        IAsyncEnumerable<T> items,
        Func<T, string> nameOf,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        counter.AddSent(folder.Length);
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            counter.AddReceived(nameOf(item).Length + ListLineSize);
            yield return item;
        }
    }

    private sealed class Writer(IObjectWriter inner, TransferCounter counter) : IObjectWriter
    {
        public string Name => inner.Name;

        public long Length => inner.Length;

        public long Watermark => inner.Watermark;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            counter.AddSent(content.Length);
            return inner.WriteAsync(content, cancellationToken);
        }

        public async ValueTask<int> ReadAsync(
            long offset,
            Memory<byte> destination,
            CancellationToken cancellationToken
        )
        {
            counter.AddSent(RangeSize);
            var read = await inner.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
            counter.AddReceived(read);
            return read;
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public ValueTask CompleteAsync(CancellationToken cancellationToken) => inner.CompleteAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
