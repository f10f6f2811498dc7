namespace Longhaul.Storage.Stores;

/// <summary>An unfinished object of a <see cref="MemoryObjectStore"/>, and the one who writes it while he is there.</summary>
internal sealed class MemoryObjectWriter : IObjectWriter
{
    private readonly MemoryObjectStore _store;
    private readonly Lock _lock = new();
    private readonly MemoryStream _content = new();
    private bool _completed;

    /// <summary>Begins an object; the writer is open.</summary>
    public MemoryObjectWriter(MemoryObjectStore store, string name)
    {
        _store = store;
        Name = name;
        IsOpen = true;
    }

    /// <summary>Takes over what somebody left; nobody has it open.</summary>
    public MemoryObjectWriter(MemoryObjectStore store, string name, UnfinishedObject unfinished)
    {
        _store = store;
        Name = name;
        _content.Write(unfinished.Content.Span);
        Watermark = unfinished.Watermark;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _content.Length;
            }
        }
    }

    /// <inheritdoc/>
    public long Watermark { get; private set; }

    /// <summary>Whether somebody writes: until disposed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Copies what is there.</summary>
    public UnfinishedObject ToUnfinished()
    {
        lock (_lock)
        {
            return new UnfinishedObject(_content.ToArray(), Watermark);
        }
    }

    /// <summary>Makes the writer of who goes on.</summary>
    /// <param name="length">Bytes to keep, at most <see cref="Length"/>; all of them count as durable.</param>
    public MemoryObjectWriter Continue(long length)
    {
        var kept = ToUnfinished().Content[..(int)length];
        return new MemoryObjectWriter(_store, Name, new UnfinishedObject(kept, length)) { IsOpen = true };
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ThrowUnlessWritable(cancellationToken);
        lock (_lock)
        {
            _content.Position = _content.Length;
            _content.Write(content.Span);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ThrowUnlessWritable(cancellationToken);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        lock (_lock)
        {
            var written = _content.GetBuffer().AsSpan(0, (int)_content.Length);
            return new(MemoryObjectStore.CopyRange(written, offset, destination.Span));
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        ThrowUnlessWritable(cancellationToken);
        lock (_lock)
        {
            Watermark = _content.Length;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        ThrowUnlessWritable(cancellationToken);
        if (!_store.TryComplete(this, ToUnfinished().Content.ToArray()))
        {
            throw new IOException($"Another object took the name '{Name}', or this one was deleted.");
        }

        _completed = true;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        IsOpen = false;
        return ValueTask.CompletedTask;
    }

    private void ThrowUnlessWritable(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(!IsOpen, this);
        if (_completed)
        {
            throw new InvalidOperationException($"'{Name}' is complete.");
        }
    }
}
