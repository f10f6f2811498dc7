using Longhaul.Core.Selection;
using Xunit;

namespace Longhaul.Core.Tests.Selection;

public sealed class CreationTimesTests
{
    private static readonly DateTimeOffset s_last = new(2026, 11, 22, 2, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void A_first_point_gets_its_time_in_whole_milliseconds_of_utc()
    {
        var (at, warning) = CreationTimes.After(
            new DateTimeOffset(2026, 11, 22, 4, 0, 0, 5, TimeSpan.FromHours(2)).AddTicks(7),
            last: null
        );

        Assert.Equal(new DateTimeOffset(2026, 11, 22, 2, 0, 0, 5, TimeSpan.Zero), at);
        Assert.Equal(TimeSpan.Zero, at.Offset);
        Assert.Null(warning);
    }

    [Fact]
    public void A_later_time_stays() =>
        Assert.Equal(
            new CreationTime(s_last.AddMilliseconds(1), null),
            CreationTimes.After(s_last.AddMilliseconds(1), s_last)
        );

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-86_400_000)]
    public void A_time_not_after_the_last_becomes_that_plus_1_ms_with_a_warning(int millisecondsLater)
    {
        var (at, warning) = CreationTimes.After(s_last.AddMilliseconds(millisecondsLater), s_last);

        Assert.Equal(s_last.AddMilliseconds(1), at);
        Assert.Contains("2026-11-22T02:00:00.124Z", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_times_within_one_millisecond_are_kept_apart() =>
        Assert.Equal(s_last.AddMilliseconds(1), CreationTimes.After(s_last.AddTicks(9_999), s_last).At);
}
