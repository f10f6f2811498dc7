using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>Collects the frames that a point replaced.</summary>
/// <remarks>Memory: four bytes per frame.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DeadListBuilder
{
    private readonly Dictionary<SegmentId, List<int>> _frames = [];

    /// <summary>Whether nothing was replaced.</summary>
    public bool IsEmpty => _frames.Count == 0;

    /// <summary>Notes a frame; given twice it counts once.</summary>
    /// <param name="frame">The frame.</param>
    public void Add(FrameAddress frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame.Number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame.Number, FrameHeader.MaxNumber);
        if (!_frames.TryGetValue(frame.Segment, out var numbers))
        {
            _frames[frame.Segment] = numbers = [];
        }

        numbers.Add(frame.Number);
    }

    /// <summary>The dead list's bytes.</summary>
    public byte[] Encode() => DeadList.Encode(_frames);
}
