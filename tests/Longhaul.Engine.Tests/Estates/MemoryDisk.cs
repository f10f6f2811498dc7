using Longhaul.Sources;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>A disk that a test can write to.</summary>
internal sealed class MemoryDisk(byte[] content) : IDiskSource
{
    public string Path => "memory";

    public long Size => content.Length;

    public ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken)
    {
        var from = content.AsSpan((int)Math.Min(offset, content.Length)).IndexOfAnyExcept((byte)0);
        if (from < 0)
        {
            return ValueTask.FromResult<DataExtent?>(null);
        }

        var start = (int)offset + from;
        var length = content.AsSpan(start).IndexOf((byte)0);
        return ValueTask.FromResult<DataExtent?>(
            new DataExtent(start, length < 0 ? content.Length - start : Math.Max(1, length))
        );
    }

    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        content.AsMemory((int)offset, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
