using System.Globalization;
using CsCheck;
using Longhaul.Core.Selection;
using Xunit;

namespace Longhaul.Core.Tests.Selection;

public sealed class CopyIntervalTests
{
    private static readonly TimeZoneInfo s_zone = MakeZone();

    [Theory]
    [InlineData("1.00:00", "00:00", "2026-11-22T13:45:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("1.00:00", "22:00", "2026-11-22T13:45:00Z", "2026-11-21T22:00:00Z", "2026-11-22T22:00:00Z")]
    [InlineData("1.00:00", "22:00", "2026-11-22T22:00:00Z", "2026-11-22T22:00:00Z", "2026-11-23T22:00:00Z")]
    [InlineData("1.00:00", "22:00", "2026-11-22T21:59:59Z", "2026-11-21T22:00:00Z", "2026-11-22T22:00:00Z")]
    [InlineData("01:00", "00:15", "2026-11-22T13:10:00Z", "2026-11-22T12:15:00Z", "2026-11-22T13:15:00Z")]
    [InlineData("00:15", "00:00", "2026-11-22T13:14:59Z", "2026-11-22T13:00:00Z", "2026-11-22T13:15:00Z")]
    [InlineData("06:00", "02:00", "2026-11-22T01:00:00Z", "2026-11-21T20:00:00Z", "2026-11-22T02:00:00Z")]
    [InlineData("05:00", "00:00", "2026-11-22T23:00:00Z", "2026-11-22T20:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("2.00:00", "03:00", "1970-01-02T04:00:00Z", "1970-01-01T03:00:00Z", "1970-01-03T03:00:00Z")]
    [InlineData("7.00:00", "00:00", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-08T00:00:00Z")]
    [InlineData("1.12:00", "00:00", "1970-01-03T01:00:00Z", "1970-01-02T12:00:00Z", "1970-01-04T00:00:00Z")]
    [InlineData("1.00:00", "12:00", "1969-12-31T01:00:00Z", "1969-12-30T12:00:00Z", "1969-12-31T12:00:00Z")]
    public void Intervals_begin_at_their_time_of_day(string every, string at, string now, string begin, string next)
    {
        var interval = Make(every, at);

        Assert.Equal(Time(begin), interval.BeginOf(Time(now)));
        Assert.Equal(Time(next), interval.NextAfter(Time(now)));
    }

    [Theory]
    // Summer time begins on 2026-03-29 at 01:00Z (02:00 becomes 03:00) and ends on 2026-10-25 at 01:00Z.
    [InlineData("1.00:00", "00:00", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("1.00:00", "00:00", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("1.00:00", "02:30", "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z")] // skipped
    [InlineData("1.00:00", "02:30", "2026-10-25T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")] // twice
    [InlineData("01:00", "00:00", "2026-10-25T01:20:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")]
    [InlineData("06:00", "00:00", "2026-10-25T22:30:00Z", "2026-10-25T22:00:00Z", "2026-10-25T23:00:00Z")]
    public void Intervals_follow_the_clock_on_the_wall(string every, string at, string now, string begin, string next)
    {
        var interval = Make(every, at, s_zone);

        Assert.Equal(Time(begin), interval.BeginOf(Time(now)));
        Assert.Equal(Time(next), interval.NextAfter(Time(now)));
    }

    [Fact]
    public void An_instant_lies_between_its_interval_and_the_next() =>
        Gen.Select(
                Gen.Int[1, 20_000].Select(minutes => TimeSpan.FromMinutes(minutes)),
                Gen.Int[0, 1439].Select(minutes => TimeOnly.MinValue.AddMinutes(minutes)),
                Gen.Long[0, 2_000_000_000].Select(DateTimeOffset.FromUnixTimeSeconds),
                Gen.Bool
            )
            .Sample(
                (every, at, now, utc) =>
                {
                    var interval = new CopyInterval(every, at, utc ? null : s_zone);
                    var (begin, next) = (interval.BeginOf(now), interval.NextAfter(now));
                    Assert.True(begin <= now && now < next, $"{begin:O} {now:O} {next:O}");
                    Assert.True(next - begin <= every + TimeSpan.FromHours(1));
                    Assert.Equal(begin, interval.BeginOf(begin));
                    Assert.Equal(begin, interval.BeginOf(next.AddTicks(-1)));
                    Assert.Equal(next, interval.BeginOf(next));
                },
                iter: 5_000
            );

    [Fact]
    public void What_was_done_in_an_interval_covers_it()
    {
        var interval = Make("1.00:00", "22:00");
        var now = Time("2026-11-22T13:45:00Z");

        Assert.True(interval.Covers(Time("2026-11-21T22:00:00Z"), now));
        Assert.False(interval.Covers(Time("2026-11-21T21:59:59Z"), now));
        Assert.False(interval.Covers(null, now));
    }

    [Fact]
    public void An_interval_below_a_minute_is_a_programming_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CopyInterval(TimeSpan.FromSeconds(59), default));

    private static CopyInterval Make(string every, string at, TimeZoneInfo? zone = null) =>
        new(
            TimeSpan.Parse(every, CultureInfo.InvariantCulture),
            TimeOnly.Parse(at, CultureInfo.InvariantCulture),
            zone
        );

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>One hour east of Greenwich, with the European Union's summer time; made here since machines differ in
    /// the zones they know.</summary>
    private static TimeZoneInfo MakeZone()
    {
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date,
            DateTime.MaxValue.Date,
            TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)
        );
        return TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test", "test", [rule]);
    }
}
