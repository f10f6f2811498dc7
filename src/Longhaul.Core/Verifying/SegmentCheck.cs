namespace Longhaul.Core.Verifying;

/// <summary>What is known of one segment's verifications.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="VerifiedAt">When all that is needed of it was read and found good last; null: never.</param>
/// <param name="PassedOver">Samples since that did not read it, or found it damaged, 0 or more.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SegmentCheck(SegmentId Segment, DateTimeOffset? VerifiedAt = null, int PassedOver = 0);
