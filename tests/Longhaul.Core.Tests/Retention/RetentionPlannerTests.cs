using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

public sealed class RetentionPlannerTests
{
    [Theory]
    [InlineData("FIII", 4, "FIII")]
    [InlineData("FIII", 3, "FII")]
    [InlineData("FIII", 1, "F")]
    [InlineData("FIFI", 2, "FI")]
    [InlineData("F", 1, "F")]
    [InlineData("", 1, "")]
    public void Forever_forward_merges_the_oldest(string before, int keep, string after) =>
        Leaves(before, BackupMethod.ForeverForward, keep, after);

    [Theory]
    [InlineData("FIII", 2, "FIII")] // no newer chain: nothing goes
    [InlineData("FIIFI", 3, "FIIFI")] // the newer chain alone holds two
    [InlineData("FIIFII", 3, "FII")]
    [InlineData("FIFIFI", 3, "FIFI")]
    [InlineData("FIFIFI", 2, "FI")]
    [InlineData("FFFF", 2, "FF")]
    [InlineData("RRRFI", 3, "RFI")] // transformed points go one by one
    [InlineData("FIRRF", 3, "RRF")]
    [InlineData("FIRRF", 4, "FIRRF")]
    public void Forward_removes_a_chain_only_when_the_newer_hold_enough(string before, int keep, string after) =>
        Leaves(before, BackupMethod.Forward, keep, after);

    [Theory]
    [InlineData("RRRF", 4, "RRRF")]
    [InlineData("RRRF", 2, "RF")]
    [InlineData("RRRF", 1, "F")]
    [InlineData("RFRF", 3, "FRF")]
    public void Reverse_drops_the_oldest(string before, int keep, string after) =>
        Leaves(before, BackupMethod.Reverse, keep, after);

    [Fact]
    public void Dropping_the_oldest_of_a_reverse_chain_changes_no_other_point() =>
        Assert.Empty(RetentionPlanner.Plan(Chains.Of("RRRF"), Policies.Of(2, BackupMethod.Reverse)).Edit.Changes);

    [Fact]
    public void A_removal_says_its_time_and_its_rule()
    {
        var removal = Assert.Single(
            RetentionPlanner.Plan(Chains.Of("FIII"), Policies.Of(3, BackupMethod.ForeverForward)).Remove
        );

        Assert.Equal(new(Chains.Id(1, 1), Chains.Start, RetentionRule.Merge, Policies.Of(3)), removal);
        Assert.Equal("keep 3: merged into the next point", removal.Describe());
    }

    [Fact]
    public void Pinned_points_stay_and_count_for_nothing()
    {
        var points = Chains.Of("FIIII").Select((point, i) => i is 0 or 2 ? point with { Pin = PinReason.Seed } : point);

        var plan = RetentionPlanner.Plan([.. points], Policies.Of(2, BackupMethod.ForeverForward));

        Assert.Equal([1, 3, 4, 5], Chains.Numbers(plan.Edit.Points));
        Assert.Empty(ChainRules.Check(plan.Edit.Points));
    }

    [Fact]
    public void A_pinned_increment_of_an_old_forward_chain_becomes_a_full()
    {
        var points = Chains.Of("FIIFI").Select((point, i) => i == 1 ? point with { Pin = PinReason.User } : point);

        var plan = RetentionPlanner.Plan([.. points], Policies.Of(2, BackupMethod.Forward));

        Assert.Equal([2, 4, 5], Chains.Numbers(plan.Edit.Points));
        Assert.Equal("FFI", Chains.Kinds(plan.Edit.Points));
    }

    [Fact]
    public void Incomplete_points_do_not_push_complete_ones_out()
    {
        var points = Chains.Of("FIII").Select((point, i) => point with { IsComplete = i < 2 });

        var plan = RetentionPlanner.Plan([.. points], Policies.Of(1, BackupMethod.ForeverForward));

        Assert.Equal([2, 3, 4], Chains.Numbers(plan.Edit.Points));
    }

    [Fact]
    public void Incomplete_points_go_with_their_age()
    {
        var points = Chains.Of("FIII").Select((point, i) => point with { IsComplete = i != 1 });

        var plan = RetentionPlanner.Plan([.. points], Policies.Of(2, BackupMethod.ForeverForward));

        Assert.Equal([3, 4], Chains.Numbers(plan.Edit.Points));
    }

    [Fact]
    public void Immutable_points_stay_and_count()
    {
        var immutable = new HashSet<PointId> { Chains.Id(1, 1), Chains.Id(4, 1) };

        var plan = RetentionPlanner.Plan(Chains.Of("FIII"), Policies.Of(2, BackupMethod.ForeverForward), immutable);

        Assert.Equal([1, 3, 4], Chains.Numbers(plan.Edit.Points));
    }

    [Fact]
    public void To_keep_none_is_a_programming_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            RetentionPlanner.Plan(Chains.Of("F"), Policies.Of(0, BackupMethod.ForeverForward))
        );

    private static void Leaves(string before, BackupMethod method, int keep, string after)
    {
        var points = Chains.Of(before);
        var plan = RetentionPlanner.Plan(points, Policies.Of(keep, method));

        Assert.Equal(after, Chains.Kinds(plan.Edit.Points));
        Assert.Equal(Chains.Numbers(points).TakeLast(after.Length), Chains.Numbers(plan.Edit.Points));
        Assert.Equal(points.Count - after.Length, plan.Remove.Count);
        Assert.Empty(ChainRules.Check(plan.Edit.Points));
    }
}
