using System.Buffers.Binary;
using Longhaul.Sources;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>A disk of any size in which a few blocks hold a number each, and all else is a hole.</summary>
internal sealed class SyntheticDisk(long size, int blockSize) : IDiskSource
{
    private readonly SortedList<long, long> _numbers = [];

    /// <summary>How often the disk was asked where its data is.</summary>
    internal int Asked { get; private set; }

    public string Path => "synthetic";

    public long Size { get; set; } = size;

    internal long BlockCount => (Size + blockSize - 1) / blockSize;

    /// <summary>The number in a block; 0: the block is a hole.</summary>
    internal long this[long block]
    {
        get => _numbers.GetValueOrDefault(block);
        set
        {
            _numbers.Remove(block);
            if (value != 0)
            {
                _numbers.Add(block, value);
            }
        }
    }

    public ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken)
    {
        Asked++;
        var (low, high) = (0, _numbers.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _numbers.Keys[middle] < offset / blockSize ? (middle + 1, high) : (low, middle);
        }

        if (low == _numbers.Count || _numbers.Keys[low] >= BlockCount)
        {
            return ValueTask.FromResult<DataExtent?>(null);
        }

        var start = Math.Max(offset, _numbers.Keys[low] * blockSize);
        var end = Math.Min((_numbers.Keys[low] + 1) * blockSize, Size);
        return ValueTask.FromResult<DataExtent?>(new DataExtent(start, end - start));
    }

    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ContentOf(this[offset / blockSize], destination.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What a block holds: its number, and zeros.</summary>
    internal static void ContentOf(long number, Span<byte> block)
    {
        block.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(block, number);
    }
}
