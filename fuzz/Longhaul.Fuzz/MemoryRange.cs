using Longhaul.Core;
using Longhaul.Format;

namespace Longhaul.Fuzz;

/// <summary>A file in memory.</summary>
/// <param name="content">Its bytes.</param>
internal sealed class MemoryRange(ReadOnlyMemory<byte> content) : IByteRange
{
    /// <inheritdoc/>
    public string Name => "fuzz";

    /// <inheritdoc/>
    public long Length => content.Length;

    /// <inheritdoc/>
    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Expect.That(offset >= 0, $"a read at {offset}");
        if (offset > Length || destination.Length > Length - offset)
        {
            throw Errors.DataDamaged(Name, offset, "it ends before");
        }

        content.Slice((int)offset, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }
}
