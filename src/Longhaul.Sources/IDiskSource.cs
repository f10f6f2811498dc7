namespace Longhaul.Sources;

/// <summary>A disk to read, from front to back or anywhere.</summary>
/// <remarks>Nothing here writes to the disk, nor holds it still: who needs one moment's state freezes it before.</remarks>
/// <threadsafety>All members may be called at the same time from any thread, but disposing.</threadsafety>
public interface IDiskSource : IAsyncDisposable
{
    /// <summary>Where it is read from, for people.</summary>
    string Path { get; }

    /// <summary>Size of the disk when it was opened, in bytes; need not be a multiple of anything.</summary>
    long Size { get; }

    /// <summary>Finds the next stretch that may hold data.</summary>
    /// <param name="offset">Where to begin, 0 to <see cref="Size"/>; the stretch begins there or later.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when all up to the end reads as zeros. A source that cannot tell says that all may hold data.</returns>
    /// <exception cref="Core.LonghaulException">disk.read-error.</exception>
    ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken);

    /// <summary>Reads a range.</summary>
    /// <param name="offset">First byte, from 0.</param>
    /// <param name="destination">Filled wholly; must end at the disk's end at the latest.</param>
    /// <param name="cancellationToken">Cancels the call; <paramref name="destination"/> is then undefined.</param>
    /// <exception cref="Core.LonghaulException">disk.read-error: names machine, disk and offset; also when the disk has
    /// become shorter.</exception>
    ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);
}
