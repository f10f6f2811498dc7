using CsCheck;
using Longhaul.Core.Verifying;
using Xunit;

namespace Longhaul.Core.Tests.Verifying;

public sealed class SampleRotationTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    /// <summary>What happens before a night's sample: sizes of new segments, and which of a hundred go.</summary>
    private static readonly Gen<(long[] New, int[] Gone)> s_night = Gen.Select(
        Gen.Long[0, 1000].Array[0, 6],
        Gen.Int[0, 99].Array[0, 4]
    );

    [Fact]
    public void N_samples_in_a_row_read_all_that_was_there_at_their_beginning_and_still_is() =>
        Gen.Select(Gen.Int[1, 12], Gen.Long[0, 1000].Array[0, 60], s_night.Array[24, 40])
            .Sample(
                (parts, first, nights) =>
                {
                    var history = new History(first);
                    var read = new List<IReadOnlySet<SegmentId>>();
                    var there = new List<SegmentId[]>();
                    foreach (var (arriving, gone) in nights)
                    {
                        history.Change(arriving, gone);
                        there.Add([.. history.Segments.Select(segment => segment.Id)]);
                        read.Add(history.Sample(parts));
                    }

                    for (var begin = 0; begin + parts <= nights.Length; begin++)
                    {
                        var all = read.Skip(begin).Take(parts).SelectMany(night => night).ToHashSet();
                        var last = there[begin + parts - 1];
                        Assert.Empty(there[begin].Intersect(last).Except(all));
                    }
                },
                iter: 400
            );

    [Fact]
    public void Where_nothing_comes_and_goes_no_sample_reads_much_more_than_its_part_or_the_longest_segment() =>
        Gen.Select(Gen.Int[1, 31], Gen.Long[1, 1000].Array[1, 120])
            .Sample(
                (parts, sizes) =>
                {
                    var history = new History(sizes);
                    var part = (sizes.Sum() + parts - 1) / parts;
                    for (var night = 0; night < 3 * parts; night++)
                    {
                        var read = history.Sample(parts);
                        var bytes = history.Segments.Where(one => read.Contains(one.Id)).Sum(one => one.Bytes);
                        Assert.InRange(bytes, 1, 3 * Math.Max(part, sizes.Max()));
                    }
                },
                iter: 300
            );

    [Fact]
    public void Thirty_nights_read_thirty_equal_segments_once_each()
    {
        var history = new History([.. Enumerable.Repeat(1L << 30, 30)]);
        var read = Enumerable.Range(0, 30).SelectMany(_ => history.Sample(30)).ToArray();
        Assert.Equal(30, read.Length);
        Assert.Equal(30, read.Distinct().Count());
    }

    [Fact]
    public void A_long_segment_beside_short_ones_is_read_once_in_a_round_and_not_each_night()
    {
        var history = new History([1L << 30, .. Enumerable.Repeat(1L << 20, 29)]);
        var longest = history.Segments[0].Id;
        for (var round = 0; round < 4; round++)
        {
            var nights = Enumerable.Range(0, 30).Select(_ => history.Sample(30)).ToArray();
            Assert.Single(nights, night => night.Contains(longest));
        }
    }

    [Fact]
    public void A_full_verification_makes_all_equally_fresh_and_the_rotation_begins_anew()
    {
        var history = new History([10, 10, 10, 10]);
        var first = history.Sample(4);
        history.VerifyAll();
        Assert.All(history.Known, check => Assert.Equal(0, check.PassedOver));
        Assert.Single(history.Sample(4));
        Assert.Single(first);
    }

    [Fact]
    public void What_was_found_damaged_is_read_again_when_it_is_due_and_is_never_called_verified()
    {
        var segment = new StoredSegment(SegmentId.New(), 5);
        var none = new HashSet<SegmentId>();
        var good = new SegmentCheck(segment.Id, s_start, 1);
        var known = SampleRotation.After(
            [segment],
            [good],
            new HashSet<SegmentId> { segment.Id },
            none,
            s_start,
            isSample: true
        );
        Assert.Equal([new SegmentCheck(segment.Id, null, 0)], known);
        known = SampleRotation.After([segment], known, none, none, s_start, isSample: true);
        Assert.Contains(segment.Id, SampleRotation.Choose([segment, new(SegmentId.New(), 5)], known, parts: 2));
    }

    [Fact]
    public void Whoever_asks_for_fewer_parts_catches_up_at_once()
    {
        var history = new History([.. Enumerable.Repeat(1L, 30)]);
        for (var night = 0; night < 15; night++)
        {
            _ = history.Sample(30);
        }

        Assert.True(history.Sample(10).Count >= 15);
        Assert.InRange(history.Sample(10).Count, 1, 10);
    }

    [Fact]
    public void Last_verified_tells_the_oldest_the_newest_and_the_part_of_the_last_month()
    {
        StoredSegment[] segments = [new(SegmentId.New(), 30), new(SegmentId.New(), 10)];
        var now = s_start.AddDays(40);
        SegmentCheck[] known = [new(segments[0].Id, s_start, 3), new(segments[1].Id, now, 0)];
        Assert.Equal(new LastVerified(s_start, now, 2, 0, 0.25), LastVerified.Of(segments, known, now));
        Assert.Equal(new LastVerified(null, now, 2, 1, 0.25), LastVerified.Of(segments, known[1..], now));
        Assert.Equal(new LastVerified(null, null, 0, 0, 1), LastVerified.Of([], known, now));
    }

    /// <summary>A backup whose segments come and go, and what is remembered of it.</summary>
    private sealed class History(long[] sizes)
    {
        private DateTimeOffset _now = s_start;

        internal List<StoredSegment> Segments { get; } =
        [.. sizes.Select(size => new StoredSegment(SegmentId.New(), size))];

        internal IReadOnlyList<SegmentCheck> Known { get; private set; } = [];

        internal void Change(long[] arriving, int[] gone)
        {
            foreach (var index in gone.Where(index => index < Segments.Count))
            {
                Segments.RemoveAt(index);
            }

            Segments.AddRange(arriving.Select(size => new StoredSegment(SegmentId.New(), size)));
        }

        internal IReadOnlySet<SegmentId> Sample(int parts)
        {
            var chosen = SampleRotation.Choose(Segments, Known, parts);
            Note(chosen, isSample: true);
            return chosen;
        }

        internal void VerifyAll() => Note(Segments.Select(segment => segment.Id).ToHashSet(), isSample: false);

        private void Note(IReadOnlySet<SegmentId> verified, bool isSample)
        {
            _now = _now.AddDays(1);
            Known = SampleRotation.After(Segments, Known, verified, verified, _now, isSample);
        }
    }
}
