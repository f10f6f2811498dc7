using System.Runtime.CompilerServices;
using Longhaul.Core;

namespace Longhaul.Storage.Stores;

/// <summary>Shows one folder of a store as a store of its own.</summary>
/// <remarks>Names go in and come out relative to the folder. Promises and errors are those of the store behind.</remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class FolderStore : IObjectStore
{
    private readonly IObjectStore _inner;
    private readonly string _folder;

    /// <summary>Looks into a folder; it need not be there yet.</summary>
    /// <param name="inner">The store that has the folder.</param>
    /// <param name="folder">A folder's name ending in a slash; not empty.</param>
    public FolderStore(IObjectStore inner, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(inner);
        ObjectNames.ThrowIfInvalidFolder(folder);
        _inner = inner;
        _folder = folder;
        Protection = new FolderProtection(inner.Protection, InnerName);
    }

    /// <inheritdoc/>
    public string Location => $"{_inner.Location.TrimEnd('/')}/{_folder.TrimEnd('/')}";

    /// <inheritdoc/>
    public long BestSegmentSize => _inner.BestSegmentSize;

    /// <inheritdoc/>
    public IObjectProtection Protection { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var found = _inner.ListAsync(InnerFolder(folder), cancellationToken).ConfigureAwait(false);
        await foreach (var item in found)
        {
            yield return item with
            {
                Name = item.Name[_folder.Length..],
            };
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        _inner.ListFoldersAsync(InnerFolder(folder), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListUnfinishedAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var found = _inner.ListUnfinishedAsync(InnerFolder(folder), cancellationToken).ConfigureAwait(false);
        await foreach (var item in found)
        {
            yield return item with
            {
                Name = item.Name[_folder.Length..],
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await _inner.GetLengthAsync(InnerName(name), cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "data.unreadable")
        {
            throw Errors.DataUnreadable(name, 0, error.InnerException);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _inner
                .ReadAsync(InnerName(name), offset, destination, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "data.unreadable")
        {
            throw Errors.DataUnreadable(name, offset, error.InnerException);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => _inner.PutIfAbsentAsync(InnerName(name), content, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken)
    {
        var writer = await _inner.CreateAsync(InnerName(name), cancellationToken).ConfigureAwait(false);
        return new Writer(writer, name);
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken)
    {
        var writer = await _inner.ReopenAsync(InnerName(name), length, cancellationToken).ConfigureAwait(false);
        return writer is null ? null : new Writer(writer, name);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        _inner.DeleteAsync(InnerName(name), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        _inner.GetCapacityAsync(cancellationToken);

    // Checked before joining: "" would become the folder itself, and "/x" a part of its own.
    private string InnerName(string name)
    {
        ObjectNames.ThrowIfInvalid(name);
        return _folder + name;
    }

    private string InnerFolder(string folder)
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        return _folder + folder;
    }

    private sealed class Writer(IObjectWriter inner, string name) : IObjectWriter
    {
        public string Name => name;

        public long Length => inner.Length;

        public long Watermark => inner.Watermark;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.WriteAsync(content, cancellationToken);

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            inner.ReadAsync(offset, destination, cancellationToken);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public ValueTask CompleteAsync(CancellationToken cancellationToken) => inner.CompleteAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
