using Longhaul.Format;

namespace Longhaul.Kernels;

/// <summary>A file in memory.</summary>
/// <param name="content">Its bytes.</param>
internal sealed class MemoryRange(ReadOnlyMemory<byte> content) : IByteRange
{
    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public long Length => content.Length;

    /// <inheritdoc/>
    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        content.Slice((int)offset, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }
}
