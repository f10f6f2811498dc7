using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Log;
using Longhaul.Storage.State;
using Xunit;
using Record = Longhaul.Format.Log.Record;

namespace Longhaul.Storage.Tests.State;

/// <summary>Records that contradict what is there are damage, named after the record, whoever wrote them.</summary>
public sealed class StateFoldTests
{
    private const string File = "log/00000003";

    private static readonly ByteString s_machine = Id(1);
    private static readonly ByteString s_point = Id(2);
    private static readonly ByteString s_segment = Id(3);
    private static readonly ByteString s_hidden = Id(4);

    public static TheoryData<string> Contradictions => [.. s_contradictions.Keys];

    private static readonly Dictionary<string, Action<Record, Sealed>> s_contradictions = new()
    {
        ["segment listed twice"] = (open, _) => open.Segments.Add(Segment(s_segment)),
        ["segment purged while needed"] = (open, _) => open.SegmentsPurged.Add(s_segment),
        ["unknown segment purged"] = (open, _) => open.SegmentsPurged.Add(Id(9)),
        ["frames of an unknown segment"] = (open, _) => open.Condemned.Add(Frames(Id(9), 0, 1)),
        ["frame past the end"] = (open, _) => open.Condemned.Add(Frames(s_segment, 1, 2)),
        ["huge frame number"] = (open, _) => open.Held.Add(Frames(s_segment, uint.MaxValue, uint.MaxValue)),
        ["half a run"] = (open, _) => open.Shared.Add(new Format.Log.FrameSet { Segment = s_segment, Runs = { 1u } }),
        ["point of an unknown machine"] = (open, _) => open.Points.Add(Point(Id(9), Id(8), 9)),
        ["point listed twice"] = (open, _) => open.Points.Add(Point(s_point, s_machine, 9)),
        ["point with a hidden one's id"] = (open, _) => open.Points.Add(Point(s_hidden, s_machine, 9)),
        ["point that does not follow"] = (open, _) => open.Points.Add(Point(Id(9), s_machine, 2)),
        ["point without a table"] = (open, _) =>
        {
            var point = Point(Id(9), s_machine, 9);
            point.Table = null;
            open.Points.Add(point);
        },
        ["point with another's table"] = (open, _) =>
        {
            var point = Point(Id(9), s_machine, 9);
            point.Table.Point = Id(10);
            open.Points.Add(point);
        },
        ["two kinds for one point"] = (open, _) =>
        {
            open.PointChanges.Add(new PointChange { Id = s_point, Kind = Kind.Full });
            open.PointChanges.Add(new PointChange { Id = s_point, Kind = Kind.Full });
        },
        ["change of an unknown point"] = (open, _) =>
            open.PointChanges.Add(new PointChange { Id = Id(9), Kind = Kind.Full }),
        ["change of a removed point"] = (open, _) =>
        {
            open.PointsRemoved.Add(s_point);
            open.PointChanges.Add(new PointChange { Id = s_point, Kind = Kind.Full });
        },
        ["unknown point removed"] = (open, _) => open.PointsRemoved.Add(Id(9)),
        ["unknown table dropped"] = (open, _) => open.TablesDropped.Add(Id(9)),
        ["table of a visible point dropped"] = (open, _) => open.TablesDropped.Add(s_point),
        ["hidden table listed twice"] = (open, _) => open.HiddenTables.Add(Table(s_hidden, s_machine, 1)),
        ["hidden table in a taken place"] = (open, _) => open.HiddenTables.Add(Table(Id(9), s_machine, 2)),
        ["hidden table of an unknown machine"] = (open, _) => open.HiddenTables.Add(Table(Id(9), Id(8), 7)),
        ["a record condemned"] = (open, _) => open.FilesCondemned.Add(new CondemnedFile { Name = "log/00000001" }),
        ["the descriptor condemned"] = (open, _) => open.FilesCondemned.Add(new CondemnedFile { Name = "backup.json" }),
        ["a table outside the backup"] = (open, _) =>
        {
            var point = Point(Id(9), s_machine, 9);
            point.Table.File = "../elsewhere";
            open.Points.Add(point);
        },
        ["needed table condemned"] = (open, _) => open.FilesCondemned.Add(new CondemnedFile { Name = FileOf(2) }),
        ["needed segment condemned"] = (open, _) =>
            open.FilesCondemned.Add(
                new CondemnedFile { Name = $"segments/{Convert.ToHexStringLower(s_segment.Span)}.1.seg" }
            ),
        ["two names for one machine's unknown twin"] = (_, sealedPart) =>
            sealedPart.Machines.Add(new SealedMachine { Id = Id(9), Name = "x" }),
        ["two sealed parts for one point"] = (_, sealedPart) =>
        {
            sealedPart.Points.Add(new SealedPoint { Id = Id(9), Root = Hash(9) });
            sealedPart.Points.Add(new SealedPoint { Id = Id(9), Root = Hash(9) });
        },
        ["time out of range"] = (open, _) => open.WrittenAt = long.MaxValue,
        ["whole record without a birth"] = (open, _) =>
        {
            open.Whole = true;
            open.Birth = null;
        },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradiction_is_damage_that_names_the_record(string which)
    {
        var before = Before();
        var open = Step(3);
        var sealedPart = new Sealed();
        s_contradictions[which](open, sealedPart);
        var error = Assert.Throws<LonghaulException>(() => StateFold.Apply(before, open, sealedPart, default, File));
        Assert.Equal("data.damaged", error.Code);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_contradictions_are_made_of_is_itself_sound()
    {
        var before = Before();
        var after = StateFold.Apply(before, Step(3), new Sealed(), default, File);
        Assert.Equal(3, after.Number);
        Assert.Equal(before.Segments, after.Segments);
        Assert.Equal([2L], after.Points.Select(point => point.Sequence));
        Assert.Equal([1L, 2L], after.Machines.Values.Single().Tables.Select(table => table.Sequence));
    }

    [Fact]
    public void A_sequence_number_is_not_used_again_when_its_point_is_gone()
    {
        var third = Step(3);
        third.PointsRemoved.Add(s_point);
        third.TablesDropped.Add(s_point);
        var before = StateFold.Apply(Before(), third, new Sealed(), default, "log/00000003");
        var fourth = Step(4);
        fourth.Points.Add(Point(Id(9), s_machine, 2));

        var error = Assert.Throws<LonghaulException>(() =>
            StateFold.Apply(before, fourth, new Sealed(), default, "log/00000004")
        );
        Assert.Equal("data.damaged", error.Code);

        fourth.Points[0] = Point(Id(9), s_machine, 3);
        Assert.Single(StateFold.Apply(before, fourth, new Sealed(), default, "log/00000004").Points);
    }

    [Fact]
    public void What_goes_its_own_way_leaves_its_owner_behind()
    {
        var owned = Step(3);
        owned.Owner = new Owner { Job = Id(7), Repository = Id(6) };
        var before = StateFold.Apply(Before(), owned, new Sealed(), default, "log/00000003");
        Assert.NotNull(before.OwnerIn(before.BornIn));

        // Also when that happens in the very repository he counts in.
        var going = Step(4);
        going.Continued = new Continued { Instance = Id(9), Repository = Id(6) };
        Assert.Null(StateFold.Apply(before, going, new Sealed(), default, "log/00000004").Owner);

        // Unless the record names who goes on.
        going.Owner = new Owner { Job = Id(8), Repository = Id(6) };
        var after = StateFold.Apply(before, going, new Sealed(), default, "log/00000004");
        Assert.Equal(Id(8), ByteString.CopyFrom(after.Owner!.Job.ToBytes()));
    }

    [Fact]
    public void Dead_segment_may_be_condemned_and_purged()
    {
        var dying = Step(3);
        dying.Condemned.Add(Frames(s_segment, 0, 2));
        var dead = StateFold.Apply(Before(), dying, new Sealed(), default, File);
        Assert.True(dead.Segments.Values.Single().IsDead);
        Assert.Equal(3, dead.Segments.Values.Single().DeadSince);

        var purging = Step(4);
        purging.SegmentsPurged.Add(s_segment);
        Assert.Empty(StateFold.Apply(dead, purging, new Sealed(), default, "log/00000004").Segments);
    }

    /// <summary>Else it would go with the last delta upon it, from under the point.</summary>
    [Fact]
    public void A_held_frame_that_a_point_references_again_is_not_held_any_more()
    {
        var third = Step(3);
        third.Held.Add(Frames(s_segment, 0, 2));
        var held = StateFold.Apply(Before(), third, new Sealed(), default, "log/00000003");
        var fourth = Step(4);
        fourth.Shared.Add(Frames(s_segment, 1, 1));
        var segment = StateFold.Apply(held, fourth, new Sealed(), default, "log/00000004").Segments.Values.Single();

        Assert.Equal([0], segment.Held.Numbers());
        Assert.Equal([1], segment.Shared.Numbers());
    }

    [Fact]
    public void A_segment_written_again_keeps_what_is_known_of_its_frames_and_its_names_are_never_used_twice()
    {
        var third = Step(3);
        third.Condemned.Add(Frames(s_segment, 0, 1));
        third.Condemned[0].Bytes = 40;
        var before = StateFold.Apply(Before(), third, new Sealed(), default, "log/00000003");
        Assert.Equal(40, before.Segments.Values.Single().DeadBytes);

        var fourth = Step(4);
        fourth.Segments.Add(Again(generation: 2));
        fourth.FilesCondemned.Add(new CondemnedFile { Name = SegmentFileOf(1) });
        fourth.FilesCondemned.Add(new CondemnedFile { Name = SegmentFileOf(3) });
        var after = StateFold.Apply(before, fourth, new Sealed(), default, "log/00000004");
        var segment = after.Segments.Values.Single();
        Assert.Equal((2, 60L, 0L, 3), (segment.Generation, segment.Size, segment.DeadBytes, segment.SpentGeneration));
        Assert.True(segment.Condemned.Contains(0));

        foreach (var generation in new uint[] { 1, 2, 3 })
        {
            AssertRefused(after, Again(generation));
        }

        AssertRefused(before, Again(2, segment => segment.Identity = Hash(9)));
        AssertRefused(before, Again(2, segment => segment.Frames = 3));
        AssertRefused(before, Again(2, segment => segment.Born = 2));
        AssertRefused(before, Again(2, segment => segment.Bases.Add(Id(77))));
        AssertRefused(before, Again(2, segment => segment.Id = Id(78)));
        var fifth = Step(5);
        fifth.Segments.Add(Again(generation: 4));
        Assert.Equal(
            4,
            StateFold.Apply(after, fifth, new Sealed(), default, "log/00000005").Segments.Values.Single().Generation
        );
    }

    private static Format.Log.Segment Again(uint generation, Action<Format.Log.Segment>? change = null)
    {
        var segment = Segment(s_segment);
        (segment.Generation, segment.Size) = (generation, 60);
        change?.Invoke(segment);
        return segment;
    }

    private static string SegmentFileOf(int generation) =>
        $"segments/{Convert.ToHexStringLower(s_segment.Span)}.{generation}.seg";

    private static void AssertRefused(BackupState state, Format.Log.Segment segment)
    {
        var step = Step((ulong)state.Number + 1);
        step.Segments.Add(segment);
        var error = Assert.Throws<LonghaulException>(() =>
            StateFold.Apply(state, step, new Sealed(), default, "log/00000009")
        );
        Assert.Equal("data.damaged", error.Code);
    }

    /// <summary>One machine with a hidden table (sequence 1) and a visible point (2), and a segment of two frames.</summary>
    private static BackupState Before()
    {
        var first = Step(1);
        first.Birth = new Birth
        {
            Origin = Origin.Backup,
            Job = Id(7),
            Repository = Id(6),
        };
        first.Machines.Add(new Machine { Id = s_machine, NextSequence = 2 });
        first.Points.Add(Point(s_hidden, s_machine, 1));
        first.Segments.Add(Segment(s_segment));
        var state = StateFold.Apply(BackupState.None, first, new Sealed(), default, "log/00000001");
        var second = Step(2);
        second.Points.Add(Point(s_point, s_machine, 2));
        second.PointsRemoved.Add(s_hidden);
        return StateFold.Apply(state, second, new Sealed(), default, "log/00000002");
    }

    private static Record Step(ulong number) => new() { Number = number, Step = "test" };

    private static Format.Log.Segment Segment(ByteString id) =>
        new()
        {
            Id = id,
            Generation = 1,
            Size = 100,
            Frames = 2,
            Identity = Hash(1),
            Machine = s_machine,
            Born = 1,
        };

    private static Point Point(ByteString id, ByteString machine, ulong sequence) =>
        new()
        {
            Id = id,
            Machine = machine,
            Kind = Kind.Full,
            Job = Id(7),
            WrittenBy = Origin.Backup,
            Table = Table(id, machine, sequence),
        };

    private static Table Table(ByteString point, ByteString machine, ulong sequence) =>
        new()
        {
            Point = point,
            Machine = machine,
            Sequence = sequence,
            File = FileOf(sequence),
            Size = 10,
            Hash = Hash(2),
            Complete = true,
        };

    private static string FileOf(ulong sequence) =>
        $"points/{Convert.ToHexStringLower(s_machine.Span)}/20261122T020000.000Z-{sequence:x32}.point";

    private static Format.Log.FrameSet Frames(ByteString segment, uint start, uint count) =>
        new() { Segment = segment, Runs = { start, count } };

    private static ByteString Id(byte last) => ByteString.CopyFrom([.. new byte[15], last]);

    private static ByteString Hash(byte last) => ByteString.CopyFrom([.. new byte[31], last]);
}
