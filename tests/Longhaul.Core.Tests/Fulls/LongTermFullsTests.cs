using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Xunit;

namespace Longhaul.Core.Tests.Fulls;

public sealed class LongTermFullsTests
{
    private static readonly JobDefinition s_job = new()
    {
        Id = JobId.New(),
        Name = "nightly",
        Kind = JobKind.Backup,
        Repository = RepositoryId.New(),
        Sources = [],
        TimeZone = "Europe/Berlin",
        KeepWeekly = 4,
        StandaloneFulls = true,
    };

    [Theory]
    [InlineData("2026-11-29T12:00Z", "2026-11-29T20:00Z", false)] // both on Sunday
    [InlineData("2026-11-29T22:59Z", "2026-11-29T23:01Z", true)] // in Berlin it is Monday by then
    [InlineData("2026-11-30T02:00Z", "2026-12-06T02:00Z", false)] // Monday and Sunday of one week
    [InlineData("2026-11-30T02:00Z", "2026-12-09T02:00Z", true)] // nothing was made on Monday: Wednesday's is the week's first
    [InlineData("2026-12-31T02:00Z", "2027-01-01T02:00Z", false)] // week 53 has both
    public void The_first_point_of_a_week_begins_it(string before, string now, bool begins) =>
        Assert.Equal(begins, LongTermFulls.BeginsPeriod(s_job, [Point(before)], DateTimeOffset.Parse(now, null)));

    [Fact]
    public void Any_tier_that_is_kept_counts_and_no_other()
    {
        var (before, now) = (Point("2026-11-30T02:00Z"), DateTimeOffset.Parse("2026-12-01T02:00Z", null));

        Assert.False(LongTermFulls.BeginsPeriod(s_job, [before], now));
        Assert.True(LongTermFulls.BeginsPeriod(s_job with { KeepMonthly = 1 }, [before], now));
        Assert.False(LongTermFulls.BeginsPeriod(s_job with { KeepQuarterly = 1 }, [before], now));
        Assert.False(LongTermFulls.BeginsPeriod(s_job with { KeepWeekly = 0 }, [], now));
    }

    [Fact]
    public void Pinned_and_incomplete_points_are_no_beginning()
    {
        var now = DateTimeOffset.Parse("2026-12-01T02:00Z", null);

        Assert.True(LongTermFulls.BeginsPeriod(s_job, [], now));
        Assert.True(LongTermFulls.BeginsPeriod(s_job, [Point("2026-11-30T02:00Z") with { Pin = PinReason.User }], now));
        Assert.True(LongTermFulls.BeginsPeriod(s_job, [Point("2026-11-30T02:00Z") with { IsComplete = false }], now));
    }

    /// <summary>What was carried need not cross the line as well.</summary>
    [Fact]
    public void A_point_that_came_with_a_seed_has_begun_its_period()
    {
        var now = DateTimeOffset.Parse("2026-12-01T02:00Z", null);
        var carried = Point("2026-11-30T02:00Z") with { Pin = PinReason.Seed };

        Assert.False(LongTermFulls.BeginsPeriod(s_job, [carried], now));
        Assert.False(LongTermFulls.BeginsPeriod(s_job, [Point("2026-11-30T02:00Z")], now));
    }

    [Fact]
    public void The_point_that_begins_a_period_is_a_full_that_stands_alone()
    {
        FullDecision Decide(JobDefinition job, bool begins) =>
            FullPolicy.Decide(job, chainIsEmpty: false, new(3, 3), new FullRequest(), begins);
        var alone = new FullDecision(NewPointKind.ActiveFull, Transform: false, Standalone: true);

        Assert.Equal(alone, Decide(s_job, begins: true));
        Assert.Equal(FullDecision.None, Decide(s_job, begins: false));
        Assert.Equal(FullDecision.None, Decide(s_job with { StandaloneFulls = false }, begins: true));
        Assert.Equal(
            alone,
            FullPolicy.DecideForCopy(s_job, chainIsEmpty: false, new FullRequest(), beginsPeriod: true)
        );
        Assert.Equal(alone, FullPolicy.DecideForCopy(s_job, chainIsEmpty: false, new FullRequest(Full: true)));
        Assert.Equal(FullDecision.None, FullPolicy.DecideForCopy(s_job, chainIsEmpty: false, new FullRequest()));
    }

    [Fact]
    public void Every_other_full_of_such_a_job_stands_alone_too()
    {
        var job = s_job with { Method = BackupMethod.Forward, SyntheticFullEvery = 3 };
        var synthetic = FullPolicy.Decide(job, chainIsEmpty: false, new(2, 2), new FullRequest());

        Assert.Equal(new(NewPointKind.SyntheticFull, Transform: false, Standalone: true), synthetic);
        Assert.True(FullPolicy.Decide(job, chainIsEmpty: true, new(0, 0), new FullRequest()).Standalone);
    }

    private static RestorePoint Point(string at) =>
        new()
        {
            Id = PointId.New(),
            MachineId = MachineId.New(),
            Sequence = 1,
            CreatedAt = DateTimeOffset.Parse(at, null),
            Kind = PointKind.Full,
            Root = default,
            Disks = [],
            Job = s_job.Id,
            WrittenBy = BackupOrigin.Backup,
        };
}
