using Longhaul.Sources;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>A disk whose every read waits for the test's leave; a read that gets none fails with what was thrown.</summary>
/// <param name="content">What it holds; a test may write to it.</param>
/// <param name="ask">Gets a read's offset and length before it is done.</param>
internal sealed class AskingDisk(byte[] content, Func<long, int, Task> ask) : IDiskSource
{
    private readonly MemoryDisk _disk = new(content);

    public string Path => _disk.Path;

    public long Size => _disk.Size;

    public ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken) =>
        _disk.NextDataAsync(offset, cancellationToken);

    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await ask(offset, destination.Length);
        await _disk.ReadAsync(offset, destination, cancellationToken);
    }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();
}
