using System.Diagnostics.CodeAnalysis;
using Longhaul.Format.Bytes;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>The frames that a point replaced, as runs per segment; readable without keys.</summary>
/// <remarks>Source: docs/format.md, section "Dead list". Change the two together.</remarks>
/// <threadsafety>Stateless.</threadsafety>
internal static class DeadList
{
    /// <summary>Encodes a dead list.</summary>
    /// <param name="frames">Numbers per segment, in any order; a number given twice counts once.</param>
    public static byte[] Encode(IReadOnlyDictionary<SegmentId, List<int>> frames)
    {
        var bytes = new ByteWriter();
        bytes.Varint((ulong)frames.Count);
        foreach (var (segment, numbers) in frames.OrderBy(pair => pair.Key))
        {
            var runs = RunsOf(numbers);
            bytes.Raw(segment.ToBytes());
            bytes.Varint((ulong)runs.Count);
            var end = 0;
            foreach (var (start, count) in runs)
            {
                bytes.Varint((ulong)(start - end));
                bytes.Varint((ulong)count);
                end = start + count;
            }
        }

        return bytes.Written.ToArray();
    }

    /// <summary>Decodes a dead list that may be damaged or hostile.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> stored,
        [NotNullWhen(true)] out IReadOnlyDictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>? list
    )
    {
        list = null;
        var reader = new ByteReader(stored);
        if (!reader.TryVarint(stored.Length / SegmentId.Size, out var segments))
        {
            return false;
        }

        var decoded = new Dictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>();
        var last = default(SegmentId);
        for (var index = 0; index < segments; index++)
        {
            if (
                !reader.TryRaw(SegmentId.Size, out var bytes)
                || !SegmentId.TryRead(bytes, out var segment)
                || segment <= last
                || !TryRuns(ref reader, out var runs)
            )
            {
                return false;
            }

            decoded[segment] = runs;
            last = segment;
        }

        list = decoded;
        return reader.AtEnd;
    }

    private static bool TryRuns(ref ByteReader reader, [NotNullWhen(true)] out (int Start, int Count)[]? runs)
    {
        runs = null;
        if (!reader.TryVarint(reader.Remaining / 2, out var count))
        {
            return false;
        }

        var read = new (int Start, int Count)[count];
        var end = 0L;
        for (var index = 0; index < read.Length; index++)
        {
            if (
                !reader.TryVarint(FrameHeader.MaxNumber - end, out var gap)
                || !reader.TryVarint(FrameHeader.MaxNumber + 1L - end - gap, out var length)
                || length == 0
                || gap == 0 && index > 0
            )
            {
                return false;
            }

            read[index] = ((int)(end + gap), (int)length);
            end += gap + length;
        }

        runs = read;
        return read.Length > 0;
    }

    private static List<(int Start, int Count)> RunsOf(List<int> numbers)
    {
        numbers.Sort();
        var runs = new List<(int Start, int Count)>();
        foreach (var number in numbers)
        {
            if (runs.Count > 0 && number < runs[^1].Start + runs[^1].Count)
            {
                continue;
            }

            if (runs.Count > 0 && number == runs[^1].Start + runs[^1].Count)
            {
                runs[^1] = (runs[^1].Start, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((number, 1));
            }
        }

        return runs;
    }
}
