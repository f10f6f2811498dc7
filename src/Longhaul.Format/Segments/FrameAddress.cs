namespace Longhaul.Format.Segments;

/// <summary>Names a frame: it stays the same when the segment is compacted.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Number">The frame's number in it, 0 to <see cref="FrameHeader.MaxNumber"/>.</param>
public readonly record struct FrameAddress(SegmentId Segment, int Number);
