using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

public sealed class ChainRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("F")]
    [InlineData("FIIFI")]
    [InlineData("RRFIFRF")]
    [InlineData("FIRRFI")]
    public void Sound_chains_have_no_fault(string kinds) => Assert.Empty(ChainRules.Check(Chains.Of(kinds)));

    [Theory]
    [InlineData("IF", "has no older point")]
    [InlineData("FR", "has no newer point")]
    [InlineData("RIF", "stands on reverse increment")]
    public void A_point_that_reaches_no_full_is_a_fault(string kinds, string clause) =>
        Assert.Contains(ChainRules.Check(Chains.Of(kinds)), fault => fault.Contains(clause, StringComparison.Ordinal));

    [Fact]
    public void A_full_with_a_parent_is_a_fault() => Broken(1, point => point with { Parent = Chains.Id(1, 1) });

    [Fact]
    public void An_increment_that_needs_another_than_its_older_neighbour_is_a_fault() =>
        Broken(3, point => point with { Parent = Chains.Id(1, 1) });

    [Fact]
    public void A_reverse_increment_that_needs_another_than_its_newer_neighbour_is_a_fault() =>
        Broken(0, point => point with { Parent = null });

    [Fact]
    public void Sequence_numbers_that_do_not_grow_are_a_fault() => Broken(2, point => point with { Sequence = 2 });

    private static void Broken(int index, Func<RestorePoint, RestorePoint> change)
    {
        var points = Chains.Of("RFII").ToList();
        points[index] = change(points[index]);

        Assert.Single(ChainRules.Check(points));
    }
}
