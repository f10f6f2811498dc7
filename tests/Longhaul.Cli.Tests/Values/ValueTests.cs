using CsCheck;
using Longhaul.Cli.Values;
using Xunit;

namespace Longhaul.Cli.Tests.Values;

public sealed class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("512KiB", 512L << 10)]
    [InlineData("10GiB", 10L << 30)]
    [InlineData("1.5TiB", 3L << 39)]
    [InlineData("1 mib", 1L << 20)]
    [InlineData("100MB", 100_000_000)]
    [InlineData("7B", 7)]
    public void Sizes_are_understood(string text, long bytes)
    {
        Assert.True(SizeValue.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1")]
    [InlineData("1,5GiB")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("8192PiB")]
    [InlineData("79228162514264337593543950335PiB")]
    [InlineData("10 GiB x")]
    public void What_is_no_size_is_refused(string text) => Assert.False(SizeValue.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1023, "1023B")]
    [InlineData(1024, "1KiB")]
    [InlineData(512 << 10, "512KiB")]
    [InlineData(3L << 39, "1.5TiB")]
    [InlineData(10L << 30, "10GiB")]
    public void Sizes_are_written_shortly(long bytes, string text) => Assert.Equal(text, SizeValue.Format(bytes));

    [Fact]
    public void What_is_written_is_understood_and_off_by_a_twentieth_of_its_unit_at_most() =>
        Gen.Long[0, 1L << 59]
            .Sample(bytes =>
                SizeValue.TryParse(SizeValue.Format(bytes), out var parsed) && Math.Abs(parsed - bytes) <= bytes / 19
            );

    [Fact]
    public void A_whole_number_of_a_unit_is_written_exactly() =>
        Gen.Select(Gen.Long[1, 1023], Gen.Int[0, 4])
            .Sample(
                (count, unit) =>
                {
                    var bytes = count << (10 * unit);
                    return SizeValue.TryParse(SizeValue.Format(bytes), out var parsed) && parsed == bytes;
                }
            );

    [Theory]
    [InlineData("20MiB", 20L << 20)]
    [InlineData("20MiB/s", 20L << 20)]
    [InlineData("20Mbit", 2_500_000)]
    [InlineData("1.5 Gbit/s", 187_500_000)]
    [InlineData("8bit", 1)]
    [InlineData("1000", 1000)]
    public void Rates_are_understood(string text, long bytesPerSecond)
    {
        Assert.True(RateValue.TryParse(text, out var parsed));
        Assert.Equal(bytesPerSecond, parsed);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("7bit")]
    [InlineData("Mbit")]
    [InlineData("20Mbps")]
    public void What_is_no_rate_is_refused(string text) => Assert.False(RateValue.TryParse(text, out _));

    [Theory]
    [InlineData("1d", 86_400)]
    [InlineData("12h", 43_200)]
    [InlineData("1d12h", 129_600)]
    [InlineData("90m", 5_400)]
    [InlineData("2w", 1_209_600)]
    [InlineData("0s", 0)]
    public void Durations_are_understood(string text, long seconds)
    {
        Assert.True(DurationValue.TryParse(text, out var parsed));
        Assert.Equal(TimeSpan.FromSeconds(seconds), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("d")]
    [InlineData("1h1d")]
    [InlineData("1d1d")]
    [InlineData("1.5h")]
    [InlineData("-1h")]
    [InlineData("99999999999s")]
    [InlineData("9999999999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationValue.TryParse(text, out _));

    [Fact]
    public void A_duration_that_is_written_is_understood_as_it_was() =>
        Gen.Long[0, 36_525L * 86_400]
            .Select(TimeSpan.FromSeconds)
            .Sample(time => DurationValue.TryParse(DurationValue.Format(time), out var parsed) && parsed == time);

    [Fact]
    public void An_instant_that_is_written_is_understood_as_it_was() =>
        Gen.Long[0, 4_102_444_800_000]
            .Select(DateTimeOffset.FromUnixTimeMilliseconds)
            .Sample(time => InstantValue.TryParse(InstantValue.Format(time), out var parsed) && parsed == time);

    [Theory]
    [InlineData("2026-11-22", "2026-11-22T00:00:00.000Z")]
    [InlineData("2026-11-22T03:04", "2026-11-22T03:04:00.000Z")]
    [InlineData("2026-11-22T03:04:05+01:00", "2026-11-22T02:04:05.000Z")]
    [InlineData("2026-11-22 03:04:05", "2026-11-22T03:04:05.000Z")]
    public void Instants_are_utc_unless_they_say_otherwise(string text, string expected)
    {
        Assert.True(InstantValue.TryParse(text, out var instant));
        Assert.Equal(expected, InstantValue.Format(instant));
    }

    [Theory]
    [InlineData("24:00")]
    [InlineData("7:00")]
    [InlineData("noon")]
    public void What_is_no_time_of_day_is_refused(string text) => Assert.False(TimeOfDayValue.TryParse(text, out _));

    [Fact]
    public void Arbitrary_text_never_throws() =>
        Gen.String.Sample(text =>
        {
            _ = SizeValue.TryParse(text, out _);
            _ = RateValue.TryParse(text, out _);
            _ = DurationValue.TryParse(text, out _);
            _ = InstantValue.TryParse(text, out _);
            _ = TimeOfDayValue.TryParse(text, out _);
        });

    [Fact]
    public void Words_are_lower_case_with_dashes() => Assert.Equal("forever-forward", JsonWords.Of("ForeverForward"));
}
