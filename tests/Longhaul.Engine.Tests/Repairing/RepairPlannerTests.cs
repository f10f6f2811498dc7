using Longhaul.Core;
using Longhaul.Engine.Repairing;
using Longhaul.Format.Segments;
using Xunit;

namespace Longhaul.Engine.Tests.Repairing;

/// <summary>A chain 0 ← 1 ← 2 ← 3, of which some frames are versions of a block and some are only stood upon.</summary>
public sealed class RepairPlannerTests
{
    private static readonly SegmentId s_segment = SegmentId.New();

    [Fact]
    public void A_damaged_base_whose_content_somebody_has_is_mended_alone() =>
        Assert.Equal([0], Mended(damaged: [0], versions: [0, 1, 2, 3], available: [0, 1, 2, 3]));

    [Fact]
    public void Above_a_base_that_nobody_has_the_lowest_version_is_stored_whole()
    {
        Assert.Equal([1], Mended(damaged: [0], versions: [1, 2, 3], available: [0, 1, 2, 3]));
        Assert.Equal([2], Mended(damaged: [0], versions: [2, 3], available: [2, 3]));
        Assert.Equal([3], Mended(damaged: [0], versions: [2, 3], available: [3], lost: [2]));
    }

    [Fact]
    public void What_is_damaged_above_and_below_is_mended_where_it_must()
    {
        Assert.Equal([0, 2], Mended(damaged: [0, 2], versions: [0, 1, 2, 3], available: [0, 1, 2, 3]));
        Assert.Equal([2], Mended(damaged: [0, 2], versions: [2, 3], available: [2, 3]));
        Assert.Equal([0], Mended(damaged: [0, 2], versions: [0, 1, 2, 3], available: [0], lost: [2, 3]));
    }

    [Fact]
    public void Nothing_that_nobody_has_is_mended() =>
        Assert.Empty(Mended(damaged: [1], versions: [0, 1, 2, 3], available: [0], lost: [1, 2, 3]));

    [Fact]
    public void A_frame_whose_segment_cannot_be_read_is_not_written_anew_but_what_stands_upon_it_is()
    {
        var hurt = Hurt([0, 1, 2, 3], [0]);
        var plan = RepairPlanner.Plan(hurt, frame => frame.Number == 0, frame => frame.Number != 0, _ => true);
        Assert.Equal([1], plan.Mended.Keys.Select(frame => frame.Number));
        Assert.Equal([0], plan.Lost.Select(block => block.Chain[0].Number));
    }

    [Fact]
    public void A_frame_of_which_two_tables_say_different_things_is_mended_for_the_first()
    {
        var one = Hurt([0], [0])[0];
        var plan = RepairPlanner.Plan([one, one with { Content = Digest.Of([9]) }], _ => true, _ => true, _ => true);
        Assert.Equal(one.Content, Assert.Single(plan.Mended).Value.Content);
        Assert.Equal(Digest.Of([9]), Assert.Single(plan.Lost).Content);
    }

    [Fact]
    public void Of_two_the_one_that_somebody_has_is_mended()
    {
        var one = Hurt([0], [0])[0];
        var other = one with { Content = Digest.Of([9]) };
        var plan = RepairPlanner.Plan([one, other], _ => true, _ => true, content => content == other.Content);
        Assert.Equal(other.Content, Assert.Single(plan.Mended).Value.Content);
        Assert.Equal(one.Content, Assert.Single(plan.Lost).Content);
    }

    [Fact]
    public void A_frame_that_can_be_read_as_one_thing_is_not_written_anew_as_the_other_that_a_table_says()
    {
        var other = Hurt([0], [0])[0] with { HasOtherContent = true };
        var plan = RepairPlanner.Plan([other], _ => false, _ => true, _ => true);
        Assert.Empty(plan.Mended);
        Assert.Equal([other], plan.Lost);
        Assert.Equal(other.Chain[0], Assert.Single(plan.Contradicted));
    }

    [Fact]
    public void Nothing_is_believed_to_stand_upon_a_frame_of_which_two_tables_say_different_things()
    {
        var upon = Hurt([1], [0])[0];
        var one = Hurt([0], [0])[0];
        HurtBlock[] hurt = [upon, one, one with { Content = Digest.Of([9]) }];
        var all = RepairPlanner.Plan(hurt, frame => frame.Number == 0, _ => true, _ => true);
        Assert.Equal([0, 1], all.Mended.Keys.Select(frame => frame.Number).Order());
        Assert.Equal(Digest.Of([9]), Assert.Single(all.Lost).Content);

        var few = RepairPlanner.Plan(hurt, frame => frame.Number == 0, _ => true, content => content == one.Content);
        Assert.Equal([0], few.Mended.Keys.Select(frame => frame.Number));
        Assert.Equal([Digest.Of([9]), upon.Content], few.Lost.Select(block => block.Content));
    }

    [Fact]
    public void Which_of_two_is_stored_above_a_mended_base_nobody_knows_and_both_are_lost()
    {
        var (below, one) = (Hurt([0], [0])[0], Hurt([1], [0])[0]);
        HurtBlock[] hurt = [below, one, one with { Content = Digest.Of([9]) }];
        var plan = RepairPlanner.Plan(hurt, frame => frame.Number == 0, _ => true, _ => true);
        Assert.Equal([0], plan.Mended.Keys.Select(frame => frame.Number));
        Assert.Equal([one.Content, Digest.Of([9])], plan.Lost.Select(block => block.Content));
    }

    private static int[] Mended(int[] damaged, int[] versions, int[] available, int[]? lost = null)
    {
        var plan = RepairPlanner.Plan(
            Hurt(versions, damaged),
            frame => damaged.Contains(frame.Number),
            _ => true,
            content => available.Any(number => ContentOf(number) == content)
        );
        Assert.Equal(lost ?? [], plan.Lost.Select(block => block.Chain[0].Number).Order());
        return [.. plan.Mended.Keys.Select(frame => frame.Number).Order()];
    }

    private static Digest ContentOf(int number) => Digest.Of([(byte)number]);

    /// <summary>The versions that stand upon what is damaged, youngest first.</summary>
    private static HurtBlock[] Hurt(int[] versions, int[] damaged) =>
        [
            .. versions
                .Where(version => damaged.Any(number => number <= version))
                .OrderDescending()
                .Select(version => new HurtBlock(
                    [
                        .. Enumerable
                            .Range(0, version + 1)
                            .Reverse()
                            .Select(number => new FrameAddress(s_segment, number)),
                    ],
                    ContentOf(version),
                    1,
                    new HurtPlace("srv", "disk0", 0, [])
                )),
        ];
}
