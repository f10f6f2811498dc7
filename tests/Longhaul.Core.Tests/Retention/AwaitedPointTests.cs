using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

/// <summary>The points that a seed was made from stay until it is mapped.</summary>
public sealed class AwaitedPointTests
{
    [Theory]
    [InlineData("FIIII", BackupMethod.ForeverForward)]
    [InlineData("RRRRF", BackupMethod.Reverse)]
    public void An_awaited_point_stays_and_the_others_go_around_it(string before, BackupMethod method)
    {
        var points = Chains.Of(before);
        var awaited = new HashSet<PointId> { points[1].Id };

        var plan = RetentionPlanner.Plan(points, Policies.Of(2, method), awaited: awaited);

        Assert.Equal([2, 4, 5], Chains.Numbers(plan.Edit.Points));
        Assert.Equal([KeepReason.AwaitedSeed], plan.Points[1].Because);
        Assert.Null(plan.Points[1].GoesOn);
        Assert.Empty(ChainRules.Check(plan.Edit.Points));
    }

    [Fact]
    public void An_awaited_point_of_a_chain_that_goes_as_a_whole_stays_alone()
    {
        var points = Chains.Of("FIIFII");
        var awaited = new HashSet<PointId> { points[1].Id };

        var plan = RetentionPlanner.Plan(points, Policies.Of(2, BackupMethod.Forward), awaited: awaited);

        Assert.Equal([2, 4, 5, 6], Chains.Numbers(plan.Edit.Points));
        Assert.Empty(ChainRules.Check(plan.Edit.Points));
    }

    [Fact]
    public void An_awaited_point_of_a_machine_that_left_stays()
    {
        var points = Chains.Of("FII");
        var now = points[^1].CreatedAt.AddDays(100);
        var policy = Policies.Of(1, BackupMethod.ForeverForward) with { DeletedAfter = TimeSpan.FromDays(1) };

        var plan = DeparturePlanner.Plan(
            points,
            policy,
            new Departure(now.AddDays(-50), LastFailed: false),
            now,
            new HashSet<PointId> { points[1].Id }
        );

        Assert.Equal([2], Chains.Numbers(plan.Edit.Points));
    }
}
