using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

/// <summary>Points of a machine that has left its job.</summary>
public sealed class DeparturePlannerTests
{
    /// <summary>Seven points, the last of 7 November.</summary>
    private static readonly IReadOnlyList<RestorePoint> s_points = Chains.Of("FIIIIII");

    private static readonly Departure s_success = new(Chains.Start.AddDays(9), LastFailed: false);

    private static readonly RetentionPolicy s_month = new() { Last = 3, DeletedAfter = TimeSpan.FromDays(30) };

    [Theory]
    [InlineData(0, "FIIIIII")]
    [InlineData(38.9, "FIIIIII")] // nothing goes before the time is over: --keep does not count for it
    [InlineData(39, "")] // and then all of it
    [InlineData(4000, "")]
    public void All_points_go_when_the_time_is_over_since_a_session_did_without_the_machine(double days, string left) =>
        Assert.Equal(left, Chains.Kinds(Plan(s_month, s_success, days).Edit.Points));

    [Fact]
    public void Without_a_time_they_stay_for_good() =>
        Stay(Plan(s_month with { DeletedAfter = null }, s_success, 4000), KeepReason.Departed);

    [Fact]
    public void A_machine_whose_last_session_failed_is_not_believed_to_be_gone() =>
        Stay(Plan(s_month, s_success with { LastFailed = true }, 4000), KeepReason.Failed);

    [Fact]
    public void A_machine_that_no_session_has_missed_is_left_alone() =>
        Stay(Plan(s_month, new Departure(null, LastFailed: false), 4000), KeepReason.Departed);

    [Fact]
    public void A_time_beyond_the_calendar_is_for_good() =>
        Stay(Plan(s_month with { DeletedAfter = TimeSpan.MaxValue }, s_success, 4000), KeepReason.Departed);

    [Fact]
    public void Pinned_points_stay()
    {
        RestorePoint[] points =
        [
            .. s_points.Select((point, i) => i == 2 ? point with { Pin = PinReason.User } : point),
        ];

        var plan = DeparturePlanner.Plan(points, s_month, s_success, Chains.Start.AddDays(60));

        Assert.Equal([3], Chains.Numbers(plan.Edit.Points));
        Assert.Equal("F", Chains.Kinds(plan.Edit.Points));
    }

    [Theory]
    [InlineData(40, "1 2")] // the week of 2 November until the end of the year, November's until 2028
    [InlineData(60, "1")]
    [InlineData(700, "1")]
    [InlineData(762, "")] // December 2028 has begun
    public void Long_term_points_have_their_own_day(int days, string left)
    {
        var policy = s_month with { Weekly = 8, Monthly = 25 };

        var plan = Plan(policy, s_success, days);

        Assert.Equal(left, string.Join(' ', Chains.Numbers(plan.Edit.Points)));
        Assert.Empty(ChainRules.Check(plan.Edit.Points));
        Assert.DoesNotContain(plan.Edit.Points, point => point.Kind != PointKind.Full);
    }

    [Fact]
    public void A_plan_says_when_they_go_and_why()
    {
        var waiting = Plan(s_month with { Monthly = 3 }, s_success, 10).Points;

        Assert.Equal([KeepReason.Departed, KeepReason.Monthly], waiting[0].Because);
        Assert.Equal(new DateOnly(2027, 2, 1), waiting[0].GoesOn);
        Assert.Equal(new DateOnly(2026, 12, 10), waiting[1].GoesOn);
        Assert.All(
            Plan(s_month, s_success, 60).Remove,
            removal => Assert.Equal("its machine has left the job", removal.Describe())
        );
    }

    private static RetentionPlan Plan(RetentionPolicy policy, Departure departure, double days) =>
        DeparturePlanner.Plan(s_points, policy, departure, Chains.Start.AddDays(days));

    private static void Stay(RetentionPlan plan, KeepReason reason)
    {
        Assert.Equal(s_points, plan.Edit.Points);
        Assert.All(plan.Points, point => Assert.Equal([reason], point.Because));
    }
}
