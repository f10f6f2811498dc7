using Longhaul.Format.Segments;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Points;

/// <summary>Segments of an interrupted run of which a new point uses frames.</summary>
/// <param name="Segments">To be listed with the point.</param>
/// <param name="Unused">Frames of them that nothing names: condemned when they are listed.</param>
/// <param name="UnusedBytes">What those take, headers included.</param>
/// <param name="References">Frames outside them that the used ones stand upon.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record Leftovers(
    IReadOnlyList<SegmentState> Segments,
    IReadOnlyDictionary<SegmentId, FrameSet> Unused,
    IReadOnlyDictionary<SegmentId, long> UnusedBytes,
    IReadOnlySet<FrameAddress> References
);
