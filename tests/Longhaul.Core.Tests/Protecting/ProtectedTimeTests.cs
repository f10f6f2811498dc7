using CsCheck;
using Longhaul.Core.Protecting;
using Xunit;

namespace Longhaul.Core.Tests.Protecting;

public sealed class ProtectedTimeTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Hours that pass: for the boot clock, for the wall clock, and whether the host is started anew meanwhile.</summary>
    private static readonly Gen<(int Up, int Wall, bool Restart)[]> s_lives = Gen.Select(
        Gen.Int[0, 2000],
        Gen.Int[-20_000, 200_000],
        Gen.Bool
    ).Array[0, 30];

    public static TheoryData<string, bool, double, double, double> Gaps =>
        new()
        {
            // what happens, restarted?, hours on the boot clock, hours on the wall clock, hours that count
            { "time passes", false, 5, 5, 5 },
            { "the wall clock is set forward by ten years", false, 1, 87_600, 1 },
            { "the wall clock is set back", false, 5, -100, 5 },
            { "a restart takes an hour", true, 2, 3, 3 },
            { "the host is off for five days", true, 1, 120, 120 },
            { "the host is off for thirty days", true, 1, 720, 169 },
            { "it runs for thirty days before anybody looks", true, 720, 721, 721 },
            { "the clock is set forward by ten years over a restart", true, 1, 87_600, 169 },
            { "the clock is set back over a restart", true, 2, -100, 0 },
            { "the home is moved to a host that has been up for long", true, 5000, 24, 24 },
        };

    [Theory]
    [MemberData(nameof(Gaps))]
    public void What_passes_counts_as_far_as_it_is_proved_or_there_is_credit(
        string what,
        bool restarted,
        double up,
        double wall,
        double counted
    )
    {
        var before = ProtectedTime.Begin(new("a", TimeSpan.FromHours(10), s_start), known: null);
        var now = new ClockSight(
            restarted ? "b" : "a",
            TimeSpan.FromHours(restarted ? up : 10 + up),
            s_start.AddHours(wall)
        );

        var after = before.Advance(now);

        Assert.True(TimeSpan.FromHours(counted) == after.Reading - before.Reading, what);
    }

    [Fact]
    public void It_never_goes_back_and_never_passes_what_is_proved_and_the_credit() =>
        s_lives.Sample(life =>
        {
            var (time, seen) = (
                ProtectedTime.Begin(new("0", default, s_start), null),
                new ClockSight("0", default, s_start)
            );
            var proven = TimeSpan.Zero;
            for (var i = 0; i < life.Length; i++)
            {
                var up = TimeSpan.FromHours(life[i].Up);
                seen = new(
                    life[i].Restart ? $"{i + 1}" : seen.BootId,
                    life[i].Restart ? up : seen.SinceBoot + up,
                    seen.Wall.AddHours(life[i].Wall)
                );
                proven += up;
                var next = time.Advance(seen);
                Assert.True(next.Reading >= time.Reading + (life[i].Restart ? TimeSpan.Zero : up));
                Assert.InRange(next.Credit, TimeSpan.Zero, ProtectedTime.MostUnproven);
                time = next;
            }

            return time.Reading - s_start <= proven + proven + ProtectedTime.MostUnproven;
        });

    [Fact]
    public void Within_one_boot_the_wall_clock_does_not_matter() =>
        s_lives.Sample(life =>
        {
            var time = ProtectedTime.Begin(new("0", default, s_start), null);
            var up = TimeSpan.Zero;
            foreach (var step in life)
            {
                up += TimeSpan.FromHours(step.Up);
                time = time.Advance(new("0", up, s_start.AddHours(step.Wall)));
            }

            return time.Reading == s_start + up;
        });

    [Fact]
    public void Restarting_again_and_again_with_the_clock_set_forward_gains_seven_days_and_not_more()
    {
        var time = ProtectedTime.Begin(new("0", default, s_start), null);
        for (var i = 1; i <= 100; i++)
        {
            time = time.Advance(new($"{i}", TimeSpan.FromMinutes(1), s_start.AddDays(30 * i)));
        }

        Assert.InRange(time.Reading - s_start, TimeSpan.FromDays(7), TimeSpan.FromDays(7) + TimeSpan.FromMinutes(200));
    }

    [Fact]
    public void A_host_that_is_off_at_night_keeps_the_time()
    {
        var time = ProtectedTime.Begin(new("0", default, s_start), null);
        for (var day = 1; day <= 365; day++)
        {
            // Off for half a day, up for the other half, looked at in the evening.
            time = time.Advance(new($"{day}", TimeSpan.FromHours(12), s_start.AddDays(day)));
        }

        Assert.Equal(s_start.AddDays(365), time.Reading);
    }

    [Fact]
    public void A_person_who_trusts_the_clock_moves_it_forward_and_never_back()
    {
        var time = ProtectedTime.Begin(new("a", default, s_start), null);

        var ahead = time.Advance(new("a", TimeSpan.FromHours(1), s_start.AddYears(1))).Trusting();
        var behind = ahead.Advance(new("a", TimeSpan.FromHours(2), s_start)).Trusting();

        Assert.Equal(s_start.AddYears(1), ahead.Reading);
        Assert.Equal(s_start.AddYears(1).AddHours(1), behind.Reading);
    }

    [Theory]
    [InlineData(0, 0)] // the wall clock stands where the log was written
    [InlineData(-50, -50)] // it is behind: what was written later is not believed to have passed
    [InlineData(5, 5)]
    [InlineData(3650, 7)] // ten years on: a gap like any other
    public void A_home_that_was_lost_begins_at_what_the_log_tells(int wallDays, int countedDays)
    {
        var time = ProtectedTime.Begin(new("a", default, s_start.AddDays(wallDays)), known: s_start);

        Assert.Equal(s_start.AddDays(countedDays), time.Reading);
    }
}
