namespace Longhaul.Sources.Images;

/// <summary>What is known of where a stretch of an export holds data.</summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class AllocationMap
{
    private readonly DataExtent[] _data;

    private AllocationMap(long start, long end, DataExtent[] data)
    {
        Start = start;
        End = end;
        _data = data;
    }

    /// <summary>The map of nothing.</summary>
    internal static AllocationMap Nothing { get; } = new(0, 0, []);

    /// <summary>First byte it knows about.</summary>
    internal long Start { get; }

    /// <summary>The byte behind the last it knows about.</summary>
    internal long End { get; }

    /// <summary>Makes a map of neighbouring stretches.</summary>
    /// <param name="start">Where the first begins.</param>
    /// <param name="size">Size of the disk: what lies beyond is cut off.</param>
    /// <param name="stretches">Their lengths, and whether they read as zeros.</param>
    internal static AllocationMap Of(long start, long size, IReadOnlyList<(long Length, bool IsZero)> stretches)
    {
        var data = new List<DataExtent>();
        var offset = start;
        foreach (var (stretch, isZero) in stretches)
        {
            var length = Math.Min(stretch, size - offset);
            if (!isZero && length > 0)
            {
                if (data.Count > 0 && data[^1].End == offset)
                {
                    data[^1] = new DataExtent(data[^1].Offset, data[^1].Length + length);
                }
                else
                {
                    data.Add(new DataExtent(offset, length));
                }
            }

            offset += length;
        }

        return new AllocationMap(start, offset, [.. data]);
    }

    /// <summary>Whether it knows what lies at an offset.</summary>
    internal bool Covers(long offset) => Start <= offset && offset < End;

    /// <summary>Finds the next data in the part it knows.</summary>
    /// <param name="offset">Where to begin; covered.</param>
    /// <returns>Null when there is none before <see cref="End"/>. Cost: logarithmic.</returns>
    internal DataExtent? Find(long offset)
    {
        var (low, high) = (0, _data.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _data[middle].End <= offset ? (middle + 1, high) : (low, middle);
        }

        if (low == _data.Length)
        {
            return null;
        }

        var from = Math.Max(offset, _data[low].Offset);
        return new DataExtent(from, _data[low].End - from);
    }
}
