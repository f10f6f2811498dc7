using Longhaul.Core.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Backups;

public sealed class MachineChainTests
{
    [Theory]
    [InlineData("", ChainShape.ForwardIncremental)]
    [InlineData("F", ChainShape.ForwardIncremental)]
    [InlineData("FIIFI", ChainShape.ForwardIncremental)]
    [InlineData("RRF", ChainShape.ReverseIncremental)]
    [InlineData("RRFRF", ChainShape.ReverseIncremental)]
    [InlineData("RRFI", ChainShape.Mixed)]
    [InlineData("FIRRF", ChainShape.Mixed)]
    public void Shape_is_told_by_the_kinds(string kinds, ChainShape shape) =>
        Assert.Equal(shape, new MachineChain(Chains.Machine, "web", Chains.Of(kinds)).Shape);

    [Fact]
    public void Newest_is_the_last_and_null_in_an_empty_chain()
    {
        Assert.Equal(Chains.Id(3, 1), new MachineChain(Chains.Machine, "web", Chains.Of("FII")).Newest?.Id);
        Assert.Null(new MachineChain(Chains.Machine, "web", []).Newest);
        Assert.Empty(new MachineChain(Chains.Machine, "web", []).Disks);
    }
}
