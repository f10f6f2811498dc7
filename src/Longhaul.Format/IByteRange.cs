namespace Longhaul.Format;

/// <summary>Random access to one file of a backup, wherever it lies.</summary>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public interface IByteRange
{
    /// <summary>The file's name from the backup folder down; errors show it.</summary>
    string Name { get; }

    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads a range whole.</summary>
    /// <param name="offset">First byte, from 0.</param>
    /// <param name="destination">Filled to its end.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="Core.LonghaulException">data.damaged: the range passes the file's end; data.missing: the file is
    /// gone; what the store throws.</exception>
    ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);
}
