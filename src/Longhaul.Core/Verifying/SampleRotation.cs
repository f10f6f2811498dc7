namespace Longhaul.Core.Verifying;

/// <summary>Which segments a sample reads, so that N samples of 1/N in a row read everything that was there at their
/// beginning.</summary>
/// <remarks>
/// <para>A segment may be passed over N − 1 times; the one verified longest ago comes first, one that never was by how often it
/// was passed over. What comes new waits behind what was there, so however much comes, nothing that was there is late. A
/// sample reads as many bytes as it must so that none of the samples after it has to read more: 1/N of all where nothing
/// comes and goes.</para>
/// <para>Pure.</para>
/// </remarks>
public static class SampleRotation
{
    /// <summary>Chooses what a sample reads.</summary>
    /// <param name="segments">All segments there are.</param>
    /// <param name="known">What is known of them; one that is missing was never seen before.</param>
    /// <param name="parts">N, at least 1; when it is smaller than the last time, what is late by it is read at once.</param>
    /// <returns>At least one segment, when there is any.</returns>
    public static IReadOnlySet<SegmentId> Choose(
        IEnumerable<StoredSegment> segments,
        IEnumerable<SegmentCheck> known,
        int parts
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        var checks = known.ToDictionary(check => check.Segment);
        var queue = segments
            .Select(segment => (Segment: segment, Check: checks.GetValueOrDefault(segment.Id)))
            .Select(item => (item.Segment, item.Check?.VerifiedAt, Chances: Chances(item.Check, parts)))
            .OrderBy(item => item.Chances)
            .ThenBy(item => item.VerifiedAt ?? DateTimeOffset.MinValue)
            .ThenBy(item => item.Segment.Id)
            .ToArray();

        var (quota, sum) = (0L, 0L);
        foreach (var (segment, _, chances) in queue)
        {
            sum += segment.Bytes;
            quota = Math.Max(quota, (sum + chances - 1) / chances);
        }

        // One that is longer than the part waits for its last chance, while shorter ones take theirs: so it is not read over
        // and over for the sake of a part that they do not fill.
        var (chosen, bytes) = (new HashSet<SegmentId>(), 0L);
        foreach (var (segment, _, chances) in queue)
        {
            if (chances == 1 || bytes + segment.Bytes <= quota)
            {
                chosen.Add(segment.Id);
                bytes += segment.Bytes;
            }
        }

        if (chosen.Count == 0 && queue.Length > 0)
        {
            chosen.Add(queue[0].Segment.Id);
        }

        return chosen;
    }

    /// <summary>What is known after a verification.</summary>
    /// <param name="segments">All segments there are; what others are known is forgotten.</param>
    /// <param name="known">What was known before.</param>
    /// <param name="read">Those that were read.</param>
    /// <param name="verified">Of these, those that were found good.</param>
    /// <param name="now">The time.</param>
    /// <param name="isSample">Whether the rotation goes on by it.</param>
    public static IReadOnlyList<SegmentCheck> After(
        IEnumerable<StoredSegment> segments,
        IEnumerable<SegmentCheck> known,
        IReadOnlySet<SegmentId> read,
        IReadOnlySet<SegmentId> verified,
        DateTimeOffset now,
        bool isSample
    )
    {
        var checks = known.ToDictionary(check => check.Segment);
        return
        [
            .. segments.Select(segment =>
            {
                var before = checks.GetValueOrDefault(segment.Id) ?? new SegmentCheck(segment.Id, null, 0);

                // The rotation goes by what was read: one that stays damaged is not read every night for that.
                return verified.Contains(segment.Id) ? new SegmentCheck(segment.Id, now, 0)
                    : read.Contains(segment.Id) ? new SegmentCheck(segment.Id, null, 0)
                    : before with
                    {
                        PassedOver = before.PassedOver + (isSample && before.PassedOver < int.MaxValue ? 1 : 0),
                    };
            }),
        ];
    }

    /// <summary>In how many samples, this one first, a segment has to be read.</summary>
    private static int Chances(SegmentCheck? check, int parts) => Math.Max(1, parts - (check?.PassedOver ?? 0));
}
