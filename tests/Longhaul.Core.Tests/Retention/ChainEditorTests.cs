using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

public sealed class ChainEditorTests
{
    [Theory]
    [InlineData("FII", 1, "FI")] // merge: the next becomes the full
    [InlineData("FII", 2, "FI")]
    [InlineData("FII", 3, "FI")]
    [InlineData("F", 1, "")]
    [InlineData("FF", 1, "F")]
    [InlineData("FIFI", 3, "FIF")] // a full in the middle: its increment is the full then
    [InlineData("FIF", 3, "FI")]
    [InlineData("RRF", 1, "RF")] // the oldest concerns nobody else
    [InlineData("RRF", 2, "RF")]
    [InlineData("RRF", 3, "RF")] // the newest full goes: the next older is the full
    [InlineData("RFI", 2, "RF")]
    [InlineData("RFF", 2, "FF")]
    [InlineData("RRFRF", 3, "RFRF")]
    [InlineData("RF", 1, "F")]
    public void Removing_a_point_leaves_these_kinds(string before, long number, string after)
    {
        var edit = ChainEditor.Remove(Chains.Of(before), Chains.Id(number, 1));

        Assert.Equal(after, Chains.Kinds(edit.Points));
        Assert.Equal([Chains.Id(number, 1)], edit.Removed);
        Assert.Empty(ChainRules.Check(edit.Points));
    }

    [Fact]
    public void Removing_a_middle_increment_puts_its_child_upon_the_older_one()
    {
        var edit = ChainEditor.Remove(Chains.Of("FIII"), Chains.Id(3, 1));

        Assert.Equal([new(Chains.Id(4, 1), PointKind.Increment, Chains.Id(2, 1))], edit.Changes);
    }

    [Fact]
    public void Removing_the_newest_increment_changes_nothing_else() =>
        Assert.Empty(ChainEditor.Remove(Chains.Of("FIII"), Chains.Id(4, 1)).Changes);

    [Fact]
    public void Removing_a_middle_reverse_increment_puts_the_older_one_upon_the_newer()
    {
        var edit = ChainEditor.Remove(Chains.Of("RRRF"), Chains.Id(2, 1));

        Assert.Equal([new(Chains.Id(1, 1), PointKind.ReverseIncrement, Chains.Id(3, 1))], edit.Changes);
    }

    [Fact]
    public void Removing_what_is_not_there_changes_nothing() =>
        Assert.True(ChainEditor.Remove(Chains.Of("FII"), Chains.Id(9, 1)).IsEmpty);

    [Theory]
    [InlineData("IIF", 3, "II")]
    [InlineData("FRR", 1, "RR")]
    public void A_broken_chain_is_edited_without_being_mended(string before, long number, string after)
    {
        var points = Chains.Of(before);
        var edit = ChainEditor.Remove(points, Chains.Id(number, 1));

        Assert.Equal(after, Chains.Kinds(edit.Points));
        Assert.Empty(edit.Changes);
        Assert.NotEmpty(ChainRules.Check(edit.Points));
    }

    [Theory]
    [InlineData("", NewPointKind.Increment, false, "F")] // the first is a full whatever was asked
    [InlineData("", NewPointKind.ReverseFull, false, "F")]
    [InlineData("F", NewPointKind.Increment, false, "FI")]
    [InlineData("FI", NewPointKind.ActiveFull, false, "FIF")]
    [InlineData("FI", NewPointKind.SyntheticFull, false, "FIF")]
    [InlineData("FI", NewPointKind.SyntheticFull, true, "RRF")]
    [InlineData("FIFI", NewPointKind.SyntheticFull, true, "FIRRF")] // older runs stay
    [InlineData("RRFI", NewPointKind.SyntheticFull, true, "RRRRF")]
    [InlineData("FI", NewPointKind.ActiveFull, true, "FIF")] // only a synthetic full transforms
    [InlineData("F", NewPointKind.ReverseFull, false, "RF")]
    [InlineData("RF", NewPointKind.ReverseFull, false, "RRF")]
    [InlineData("RF", NewPointKind.ActiveFull, false, "RFF")]
    [InlineData("RFF", NewPointKind.ReverseFull, false, "RFRF")]
    [InlineData("FII", NewPointKind.ReverseFull, false, "RRRF")] // the method was changed
    [InlineData("RRF", NewPointKind.Increment, false, "RRFI")]
    public void Appending_a_point_leaves_these_kinds(string before, NewPointKind kind, bool transform, string after)
    {
        var points = Chains.Of(before);
        var edit = ChainEditor.Append(points, Chains.Point(points.Count + 1), kind, transform);

        Assert.Equal(after, Chains.Kinds(edit.Points));
        Assert.Empty(edit.Removed);
        Assert.Empty(ChainRules.Check(edit.Points));
        Assert.DoesNotContain(edit.Changes, change => change.Point == Chains.Id(points.Count + 1, 1));
    }

    [Fact]
    public void A_reverse_full_turns_the_full_before_it_into_a_reverse_increment_upon_it()
    {
        var edit = ChainEditor.Append(Chains.Of("RRF"), Chains.Point(4), NewPointKind.ReverseFull);

        Assert.Equal([new(Chains.Id(3, 1), PointKind.ReverseIncrement, Chains.Id(4, 1))], edit.Changes);
    }

    [Theory]
    [InlineData("RRF", "FII")]
    [InlineData("RRFRF", "FIIII")]
    [InlineData("FIRRF", "FIIII")]
    [InlineData("RRFI", "FIII")]
    [InlineData("FIFI", "FIFI")] // forward already: left as it is
    [InlineData("", "")]
    public void Converting_to_forward_leaves_these_kinds(string before, string after)
    {
        var edit = ChainEditor.ConvertToForward(Chains.Of(before));

        Assert.Equal(after, Chains.Kinds(edit.Points));
        Assert.Empty(ChainRules.Check(edit.Points));
        Assert.Equal(before == after, edit.IsEmpty);
    }

    [Fact]
    public void A_converted_chain_may_be_mapped() =>
        Assert.Equal(
            ChainShape.ForwardIncremental,
            new MachineChain(Chains.Machine, "web", ChainEditor.ConvertToForward(Chains.Of("FIRRFI")).Points).Shape
        );
}
