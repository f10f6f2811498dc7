using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

public sealed class PointDeletionTests
{
    [Fact]
    public void Only_the_point_itself_goes_whatever_depends_on_it()
    {
        var deletion = PointDeletion.Plan(Chains.Of("FIIFI"), Chains.Id(1, 1));

        Assert.Equal([Chains.Id(1, 1)], deletion.Edit.Removed);
        Assert.Equal("FIFI", Chains.Kinds(deletion.Edit.Points));
        Assert.False(deletion.IsLastComplete);
    }

    [Fact]
    public void The_last_complete_point_of_a_machine_needs_consent()
    {
        var points = Chains.Of("FII").Select((point, i) => point with { IsComplete = i == 1 }).ToList();

        Assert.True(PointDeletion.Plan(points, Chains.Id(2, 1)).IsLastComplete);
        Assert.False(PointDeletion.Plan(points, Chains.Id(3, 1)).IsLastComplete);
    }

    [Fact]
    public void A_point_of_another_chain_is_a_programming_error() =>
        Assert.Throws<ArgumentException>(() => PointDeletion.Plan(Chains.Of("FII"), Chains.Id(9, 1)));
}
