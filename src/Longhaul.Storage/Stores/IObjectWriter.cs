namespace Longhaul.Storage.Stores;

/// <summary>Writes one object from front to back.</summary>
/// <remarks>Disposing without <see cref="CompleteAsync"/> leaves the object unfinished: invisible, and reopened or
/// deleted later; what was written since the last flush may or may not be in it. After a failed flush every further call throws: the object has to be written anew under another name.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IObjectWriter : IAsyncDisposable
{
    /// <summary>The object's name.</summary>
    string Name { get; }

    /// <summary>Bytes written so far.</summary>
    long Length { get; }

    /// <summary>Bytes that survive power loss as an unfinished object; 0 in a store without watermarks.</summary>
    long Watermark { get; }

    /// <summary>Appends bytes.</summary>
    /// <param name="content">Not kept after the call.</param>
    /// <param name="cancellationToken">Cancels the call; how much was appended is then undefined.</param>
    ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Reads back what was written.</summary>
    /// <param name="offset">First byte, from 0.</param>
    /// <param name="destination">Filled from the front.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Bytes read; fewer than asked only at <see cref="Length"/>.</returns>
    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Moves <see cref="Watermark"/> up to <see cref="Length"/> where the store can.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Makes the object durable and visible.</summary>
    /// <param name="cancellationToken">Cancels the call; the object is then either there or still unfinished.</param>
    /// <exception cref="IOException">Another object took the name meanwhile.</exception>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
