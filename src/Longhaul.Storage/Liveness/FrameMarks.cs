using System.Runtime.InteropServices;
using Longhaul.Format.Segments;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>A set of frames of many segments that grows.</summary>
/// <remarks>One bit per frame up to the highest member of each segment.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class FrameMarks
{
    private readonly Dictionary<SegmentId, List<ulong>> _words = [];

    /// <summary>Frames in the set.</summary>
    public long Count { get; private set; }

    /// <summary>Whether any frame of a segment is in the set.</summary>
    /// <param name="segment">The segment.</param>
    public bool HasAny(SegmentId segment) => _words.ContainsKey(segment);

    /// <summary>Segments of which a frame is in the set, by id.</summary>
    public IEnumerable<SegmentId> Segments => _words.Keys.Order();

    /// <summary>Adds a frame.</summary>
    /// <param name="frame">The frame; its number is at most the format's greatest.</param>
    /// <returns>False when it was in the set.</returns>
    public bool Add(FrameAddress frame)
    {
        if (!_words.TryGetValue(frame.Segment, out var words))
        {
            _words[frame.Segment] = words = [];
        }

        while (words.Count <= frame.Number >> 6)
        {
            words.Add(0);
        }

        var bit = 1UL << (frame.Number & 63);
        if ((words[frame.Number >> 6] & bit) != 0)
        {
            return false;
        }

        words[frame.Number >> 6] |= bit;
        Count++;
        return true;
    }

    /// <summary>Whether a frame is in the set.</summary>
    /// <param name="frame">The frame.</param>
    public bool Contains(FrameAddress frame) =>
        _words.TryGetValue(frame.Segment, out var words)
        && frame.Number >> 6 < words.Count
        && (words[frame.Number >> 6] & (1UL << (frame.Number & 63))) != 0;

    /// <summary>The frames by segment.</summary>
    public IReadOnlyDictionary<SegmentId, FrameSet> ToSets() => _words.Keys.ToDictionary(segment => segment, Of);

    /// <summary>The frames of one segment.</summary>
    /// <param name="segment">The segment.</param>
    public FrameSet Of(SegmentId segment)
    {
        if (!_words.TryGetValue(segment, out var words))
        {
            return FrameSet.Empty;
        }

        return FrameSet.Of(CollectionsMarshal.AsSpan(words));
    }
}
