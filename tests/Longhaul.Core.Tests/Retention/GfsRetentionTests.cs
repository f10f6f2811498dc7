using System.Globalization;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

/// <summary>Long-term rules and days, by the calendar of the job's time zone.</summary>
public sealed class GfsRetentionTests
{
    [Theory]
    [InlineData(GfsTier.Weekly, "2026-11-22", "2026-11-16")] // a Sunday ends its week
    [InlineData(GfsTier.Weekly, "2026-11-23", "2026-11-23")] // a Monday begins one
    [InlineData(GfsTier.Weekly, "2027-01-01", "2026-12-28")] // week 53 of 2026 reaches into 2027
    [InlineData(GfsTier.Weekly, "2024-12-31", "2024-12-30")] // week 1 of 2025 begins in 2024
    [InlineData(GfsTier.Weekly, "2028-02-29", "2028-02-28")]
    [InlineData(GfsTier.Weekly, "0001-01-01", "0001-01-01")]
    [InlineData(GfsTier.Monthly, "2028-02-29", "2028-02-01")]
    [InlineData(GfsTier.Monthly, "2026-12-31", "2026-12-01")]
    [InlineData(GfsTier.Quarterly, "2026-03-31", "2026-01-01")]
    [InlineData(GfsTier.Quarterly, "2026-04-01", "2026-04-01")]
    [InlineData(GfsTier.Quarterly, "2026-12-31", "2026-10-01")]
    [InlineData(GfsTier.Yearly, "2026-12-31", "2026-01-01")]
    [InlineData(GfsTier.Yearly, "2027-01-01", "2027-01-01")]
    public void A_day_lies_in_a_period(GfsTier tier, string day, string period) =>
        Assert.Equal(Day(period), GfsCalendar.PeriodOf(tier, Day(day)));

    [Theory]
    [InlineData(GfsTier.Weekly, "2026-12-21", 2, "2027-01-04")]
    [InlineData(GfsTier.Monthly, "2028-02-01", 12, "2029-02-01")]
    [InlineData(GfsTier.Quarterly, "2026-10-01", 1, "2027-01-01")]
    [InlineData(GfsTier.Yearly, "2028-01-01", 7, "2035-01-01")]
    [InlineData(GfsTier.Yearly, "9998-01-01", 1, "9999-01-01")]
    [InlineData(GfsTier.Yearly, "9999-01-01", 1, null)]
    [InlineData(GfsTier.Monthly, "9999-12-01", int.MaxValue, null)]
    [InlineData(GfsTier.Weekly, "2026-12-21", int.MaxValue, null)]
    public void Periods_follow_one_another(GfsTier tier, string period, int count, string? later) =>
        Assert.Equal(later is null ? null : Day(later), GfsCalendar.Later(tier, Day(period), count));

    [Theory]
    [InlineData("Europe/Berlin", "2026-12-31T22:59:00Z", "2026-12-31")]
    [InlineData("Europe/Berlin", "2026-12-31T23:00:00Z", "2027-01-01")]
    [InlineData("Europe/Berlin", "2026-07-31T22:00:00Z", "2026-08-01")] // summer time: an hour earlier
    [InlineData("Europe/Berlin", "2026-10-25T22:59:00Z", "2026-10-25")] // the clocks went back that morning
    [InlineData("Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30")] // and forward that morning
    [InlineData("America/New_York", "2027-01-01T04:59:00Z", "2026-12-31")]
    [InlineData("Pacific/Auckland", "2026-12-31T11:00:00Z", "2027-01-01")]
    [InlineData("UTC", "2028-02-29T23:59:59.999Z", "2028-02-29")]
    public void Days_are_those_of_the_time_zone(string zone, string instant, string day) =>
        Assert.Equal(
            Day(day),
            GfsCalendar.DayOf(
                DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture),
                TimeZoneInfo.FindSystemTimeZoneById(zone)
            )
        );

    // What stays of a point a day at 02:00 UTC from Sunday 1 November 2026 on, by its number; number 37 is 7 December.
    [Theory]
    [InlineData(37, 1, 0, 0, 0, 0, 0, "37")]
    [InlineData(37, 3, 0, 0, 0, 0, 0, "35 36 37")]
    [InlineData(37, 1, 2, 0, 0, 0, 0, "35 36 37")] // one can go back two days
    [InlineData(37, 3, 1, 0, 0, 0, 0, "35 36 37")] // whichever keeps more
    [InlineData(37, 1, 0, 2, 0, 0, 0, "30 37")] // Mondays
    [InlineData(36, 1, 0, 2, 0, 0, 0, "23 30 36")]
    [InlineData(37, 1, 0, 9, 0, 0, 0, "1 2 9 16 23 30 37")] // the first week has but its Sunday
    [InlineData(37, 1, 0, 0, 2, 0, 0, "1 31 37")]
    [InlineData(37, 1, 0, 0, 1, 0, 0, "31 37")]
    [InlineData(37, 1, 0, 0, 0, 3, 3, "1 37")]
    [InlineData(37, 2, 3, 1, 1, 1, 1, "1 31 34 35 36 37")] // all of them together
    [InlineData(70, 1, 0, 0, 0, 2, 2, "1 62 70")] // 1 January 2027
    public void What_any_rule_keeps_stays(
        int points,
        int last,
        int days,
        int weekly,
        int monthly,
        int quarterly,
        int yearly,
        string left
    )
    {
        var policy = new RetentionPolicy
        {
            Last = last,
            Days = days,
            Weekly = weekly,
            Monthly = monthly,
            Quarterly = quarterly,
            Yearly = yearly,
        };

        var plan = RetentionPlanner.Plan(Daily(points), policy);

        Assert.Equal(left, string.Join(' ', Chains.Numbers(plan.Edit.Points)));
    }

    [Fact]
    public void A_missed_day_takes_the_next_point_of_its_period()
    {
        var missed = Daily(37).Where(point => point.Sequence is not (30 or 31)).ToList();

        var plan = RetentionPlanner.Plan(
            missed,
            new()
            {
                Last = 1,
                Weekly = 2,
                Monthly = 2,
            }
        );

        // Week 49 begins on Monday, number 30, December on Tuesday, number 31: both stand on Wednesday's now.
        Assert.Equal([1, 32, 37], Chains.Numbers(plan.Edit.Points));
    }

    [Fact]
    public void A_machine_that_stood_still_loses_nothing_by_it()
    {
        var before = Daily(14);
        var policy = new RetentionPolicy
        {
            Last = 1,
            Days = 7,
            Weekly = 2,
        };
        var left = RetentionPlanner.Plan(before, policy).Edit.Points;

        var after = ChainEditor
            .Append(left, Chains.Point(15) with { CreatedAt = Chains.Start.AddDays(400) }, NewPointKind.Increment)
            .Points;

        // Days are counted from the newest point; of the weeks, those with a point count.
        Assert.Equal([9, 15], Chains.Numbers(RetentionPlanner.Plan(after, policy).Edit.Points));
    }

    [Fact]
    public void Old_points_that_stay_become_fulls_and_late_ones_do_not()
    {
        var plan = RetentionPlanner.Plan(Daily(37), new() { Last = 3, Weekly = 4 });

        Assert.Equal([16, 23, 30, 35, 36, 37], Chains.Numbers(plan.Edit.Points));
        Assert.Equal("FFFIII", Chains.Kinds(plan.Edit.Points));
    }

    [Fact]
    public void A_weekly_point_in_an_old_chain_of_the_forward_method_stays_alone()
    {
        var chain = Daily(24, fullEvery: 10); // fulls 1, 11 and 21

        var plan = RetentionPlanner.Plan(
            chain,
            new()
            {
                Last = 4,
                Weekly = 2,
                Method = BackupMethod.Forward,
            }
        );

        // Chain 11 to 20 goes as a whole but for its Monday, 16; the other weekly point, 23, is in the chain that stays.
        Assert.Equal([16, 21, 22, 23, 24], Chains.Numbers(plan.Edit.Points));
        Assert.Equal("FFIII", Chains.Kinds(plan.Edit.Points));
    }

    [Fact]
    public void A_plan_says_why_each_point_stays()
    {
        var chain = Daily(37).Select(point => point.Sequence == 3 ? point with { Pin = PinReason.User } : point);

        var plan = RetentionPlanner.Plan(
            [.. chain],
            new()
            {
                Last = 2,
                Days = 2,
                Weekly = 2,
                Monthly = 2,
            }
        );

        Assert.Equal(
            [
                (1, [KeepReason.Monthly], "2027-01-01"),
                (3, [KeepReason.Pinned], null),
                (30, [KeepReason.Weekly], "2026-12-14"),
                (31, [KeepReason.Monthly], "2027-02-01"),
                (35, [KeepReason.Days], "2026-12-08"),
                (36, [KeepReason.Last, KeepReason.Days], "2026-12-09"),
                (37, (KeepReason[])[KeepReason.Last, KeepReason.Days, KeepReason.Weekly], "2026-12-21"),
            ],
            plan.Points.Where(point => point.IsKept)
                .Select(point =>
                    (
                        (int)point.Point.Sequence,
                        point.Because.ToArray(),
                        point.GoesOn?.ToString("O", CultureInfo.InvariantCulture)
                    )
                )
        );
    }

    [Fact]
    public void A_policy_says_its_rules() =>
        Assert.Equal(
            "keep 7, 14 days, 4 weekly, 12 monthly, 4 quarterly, 7 yearly",
            new RetentionPolicy
            {
                Last = 7,
                Days = 14,
                Weekly = 4,
                Monthly = 12,
                Quarterly = 4,
                Yearly = 7,
            }.Describe()
        );

    [Fact]
    public void A_time_zone_that_the_machine_does_not_know_is_no_reason_to_guess() =>
        Assert.Equal(
            "job.time-zone",
            Assert
                .Throws<LonghaulException>(() =>
                    RetentionPolicy.Of(
                        new JobDefinition
                        {
                            Id = JobId.New(),
                            Name = "nightly",
                            Kind = JobKind.Backup,
                            Repository = RepositoryId.New(),
                            Sources = [],
                            TimeZone = "Europe/Atlantis",
                        }
                    )
                )
                .Code
        );

    /// <summary>Four years, and every rule at once; bench/kernels.sh measures it.</summary>
    [Fact]
    public void A_hundred_thousand_points_are_decided()
    {
        IReadOnlyList<RestorePoint> chain =
        [
            .. Daily(100_000).Select((point, i) => point with { CreatedAt = Chains.Start.AddMinutes(20 * i) }),
        ];
        var policy = new RetentionPolicy
        {
            Last = 50_000,
            Days = 365,
            Weekly = 520,
            Monthly = 120,
            Quarterly = 40,
            Yearly = 10,
            Zone = Policies.Berlin,
        };

        var plan = RetentionPlanner.Plan(chain, policy);

        Assert.InRange(plan.Edit.Points.Count, 50_000, 50_000 + 520 + 120 + 40 + 10);
    }

    private static IReadOnlyList<RestorePoint> Daily(int points, int fullEvery = int.MaxValue) =>
        Chains.Of(string.Concat(Enumerable.Range(0, points).Select(i => i % fullEvery == 0 ? 'F' : 'I')));

    private static DateOnly Day(string day) => DateOnly.Parse(day, CultureInfo.InvariantCulture);
}
