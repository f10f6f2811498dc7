namespace Longhaul.Core.Verifying;

/// <summary>How long ago what a backup stores was verified.</summary>
/// <param name="Oldest">When the segment was verified that was so longest ago; null when one never was, or there is none.</param>
/// <param name="Newest">When the last one was; null when none ever was.</param>
/// <param name="Segments">Segments there are.</param>
/// <param name="Never">Those of them that never were.</param>
/// <param name="Share">Which part of the bytes was verified within the last <see cref="Days"/> days, 0 to 1; 1 when there is
/// nothing.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record LastVerified(DateTimeOffset? Oldest, DateTimeOffset? Newest, int Segments, int Never, double Share)
{
    /// <summary>The days that <see cref="Share"/> looks back: a month of nightly samples.</summary>
    public const int Days = 30;

    /// <summary>Sums up.</summary>
    /// <param name="segments">All segments there are.</param>
    /// <param name="known">What is known of them.</param>
    /// <param name="now">The time.</param>
    public static LastVerified Of(
        IEnumerable<StoredSegment> segments,
        IEnumerable<SegmentCheck> known,
        DateTimeOffset now
    )
    {
        var checks = known.ToDictionary(check => check.Segment, check => check.VerifiedAt);
        var all = segments.Select(one => (one.Bytes, At: checks.GetValueOrDefault(one.Id))).ToArray();
        var bytes = all.Sum(one => one.Bytes);
        var fresh = all.Where(one => one.At > now - TimeSpan.FromDays(Days)).Sum(one => one.Bytes);
        var never = all.Count(one => one.At is null);
        return new LastVerified(
            never == 0 ? all.Min(one => one.At) : null,
            all.Max(one => one.At),
            all.Length,
            never,
            bytes == 0 ? 1 : (double)fresh / bytes
        );
    }
}
