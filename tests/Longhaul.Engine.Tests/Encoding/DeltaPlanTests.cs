using Longhaul.Engine.Encoding;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Xunit;

namespace Longhaul.Engine.Tests.Encoding;

/// <summary>Which older version a delta is made upon.</summary>
public sealed class DeltaPlanTests
{
    [Fact]
    public void A_small_newest_delta_is_passed_over_from_a_quarter_of_the_length_on()
    {
        Assert.True(DeltaPlan.PassesOverNewest(Chain([55, .. Equal(8)]), length: 100, maxDepth: 32));
        Assert.False(DeltaPlan.PassesOverNewest(Chain([56, .. Equal(8)]), length: 100, maxDepth: 32));
        Assert.False(DeltaPlan.PassesOverNewest(Chain([55, .. Equal(6)]), length: 100, maxDepth: 32));
        Assert.False(DeltaPlan.PassesOverNewest(Chain(), length: 100, maxDepth: 0));
    }

    [Fact]
    public void A_full_chain_of_equal_deltas_goes_back_a_little() =>
        Assert.Equal(4, DeltaPlan.WayBack(Chain(Equal(32)), length: 100, maxDepth: 32));

    [Fact]
    public void A_large_delta_is_not_passed_over() =>
        Assert.Equal(2, DeltaPlan.WayBack(Chain([100, 100, 9_000, .. Equal(29)]), length: 100, maxDepth: 32));

    [Fact]
    public void The_way_back_goes_as_far_as_a_lowered_depth_asks() =>
        Assert.Equal(23, DeltaPlan.WayBack(Chain(Equal(32)), length: 100, maxDepth: 10));

    [Fact]
    public void Where_nothing_is_shallow_enough_there_is_no_way_back() =>
        Assert.Equal(0, DeltaPlan.WayBack(Chain(Equal(3)), length: 100, maxDepth: 0));

    private static int[] Equal(int count) => [.. Enumerable.Repeat(100, count)];

    /// <summary>Deltas of these lengths, newest first, upon a whole frame.</summary>
    private static List<ChainLink> Chain(params int[] lengths)
    {
        var segment = SegmentId.New();
        var depth = lengths.Length;
        var chain = new List<ChainLink>();
        foreach (var length in lengths)
        {
            chain.Add(Link(FrameCodec.ZstdDelta, length, depth--));
        }

        chain.Add(Link(FrameCodec.Zstd, 50_000, 0));
        return chain;

        ChainLink Link(FrameCodec codec, int length, int number) =>
            new(
                new FrameAddress(segment, number),
                new FrameInfo(
                    number,
                    88,
                    codec,
                    length,
                    1 << 20,
                    1,
                    number > 0 ? new FrameAddress(segment, number - 1) : null,
                    number,
                    number == 0
                ),
                1
            );
    }
}
