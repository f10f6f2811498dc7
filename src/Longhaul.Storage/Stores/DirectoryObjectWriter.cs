using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>Writes <c>NAME.part</c> and gives it its name at the end.</summary>
/// <remarks>A flush that failed may have dropped pages and marked them clean: another flush would succeed and prove
/// nothing. So it condemns the file.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DirectoryObjectWriter : IObjectWriter
{
    private readonly DirectoryStore _store;
    private readonly FilePlacement _placement;
    private readonly PosixFolder _folder;
    private readonly PosixFile _file;
    private readonly EarlyWriteBack _writeBack;
    private PosixException? _failedFlush;
    private bool _isNameDurable;
    private bool _completed;
    private bool _disposed;

    /// <summary>Takes over an open, locked file.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="placement">Gives it its name at the end.</param>
    /// <param name="folder">Its folder; disposed with the writer.</param>
    /// <param name="file">The file; disposed with the writer.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="length">The file's length; all of it is durable, and its name too unless it is 0.</param>
    public DirectoryObjectWriter(
        DirectoryStore store,
        FilePlacement placement,
        PosixFolder folder,
        PosixFile file,
        string name,
        long length
    )
    {
        _store = store;
        _placement = placement;
        _folder = folder;
        _file = file;
        Name = name;
        Length = length;
        Watermark = length;
        _writeBack = file.WriteBackFrom(length);
        _isNameDurable = length > 0;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public long Watermark { get; private set; }

    private string Leaf => DirectoryTree.LeafOf(Name);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await RunAsync(() => Write(content.Span), cancellationToken).ConfigureAwait(false);
        Length += content.Length;
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        await RunAsync(() => Fill(offset, destination.Span[..count]), cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await RunAsync(() => Flush(_file.SyncData), cancellationToken).ConfigureAwait(false);
        Watermark = Length;
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => RunAsync(Complete, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _file.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write(ReadOnlySpan<byte> content)
    {
        _file.Write(Length, content);
        _writeBack.Wrote(Length, content.Length);
    }

    private void Complete()
    {
        // A write that failed half-way may have left bytes behind the last whole one.
        if (_file.Status.Length != Length)
        {
            _file.Truncate(Length);
        }

        // Its unfinished name need not be durable: placing it makes the folder so.
        Condemning(() =>
        {
            _file.Sync();
            return 0;
        });
        var part = Leaf + ObjectNames.UnfinishedSuffix;
        var isOurs = _folder.Find(part)?.Identity == _file.Status.Identity;
        var error = isOurs ? Condemning(() => _placement.Place(_folder, part, Leaf)) : Libc.ENOENT;
        _completed = error switch
        {
            0 => true,
            Libc.EEXIST => throw new IOException($"Another object took the name '{Name}' meanwhile."),
            _ => throw new IOException($"The unfinished object '{Name}' was deleted meanwhile."),
        };
    }

    private void Flush(Action sync) =>
        Condemning(() =>
        {
            sync();
            if (!_isNameDurable)
            {
                _folder.Sync();
                _isNameDurable = true;
            }

            return 0;
        });

    private int Condemning(Func<int> flush)
    {
        try
        {
            return flush();
        }
        catch (PosixException cause)
        {
            _failedFlush = cause;
            throw;
        }
    }

    private void Fill(long offset, Span<byte> destination)
    {
        if (_file.Read(offset, destination) < destination.Length)
        {
            throw new PosixException("read", Name, Libc.EIO);
        }
    }

    private async ValueTask RunAsync(Action call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_completed)
        {
            throw new InvalidOperationException($"'{Name}' is complete.");
        }

        if (_failedFlush is not null)
        {
            throw Errors.StoreIo(Path.Combine(_store.Location, Name), _failedFlush);
        }

        await _store
            .RunAsync(
                Name,
                () =>
                {
                    call();
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
