namespace Longhaul.Core.Verifying;

/// <summary>A segment that holds something a restore point needs.</summary>
/// <param name="Id">The segment.</param>
/// <param name="Bytes">Bytes of its file that are not of frames needed no more, 0 or more.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record StoredSegment(SegmentId Id, long Bytes);
