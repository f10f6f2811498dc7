using Longhaul.Core;

namespace Longhaul.Format.Tests;

/// <summary>A file that lies in memory.</summary>
/// <param name="name">The file's name from the backup folder down.</param>
/// <param name="content">All of the file; must not change afterwards.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class MemoryByteRange(string name, ReadOnlyMemory<byte> content) : IByteRange
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public long Length => content.Length;

    /// <inheritdoc/>
    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (offset < 0 || offset > content.Length || content.Length - offset < destination.Length)
        {
            throw Errors.DataDamaged(name, offset, $"it ends at byte {content.Length}");
        }

        content.Slice((int)offset, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }
}
