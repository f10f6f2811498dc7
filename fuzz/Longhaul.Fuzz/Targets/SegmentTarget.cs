using Longhaul.Format.Segments;
using Longhaul.Fuzz.Repairs;

namespace Longhaul.Fuzz.Targets;

/// <summary>A segment: its table read and made again; and walked frame by frame as if it had none.</summary>
internal sealed class SegmentTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "segment";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        Check(input.ToArray());
        Check(SegmentRepair.Sealed(input));
        Walk(input.ToArray());
        Walk(SegmentRepair.Unsealed(input));
    }

    private static void Check(byte[] bytes)
    {
        var (file, backup, segment) = Open(bytes);
        var table = Expect.Refusable(
            () => Expect.Now(SegmentTable.ReadAsync(file, backup, segment, CancellationToken.None)),
            Expect.Damage
        );
        if (table is null)
        {
            return;
        }

        var end = (long)SegmentPreamble.Size;
        foreach (var frame in table.Frames)
        {
            Expect.That(frame.Offset >= end && frame.EndOffset <= file.Length, "a frame lies out of place");
            Expect.That(ReferenceEquals(table.Find(frame.Number), frame), "a frame is not found by its number");
            end = frame.EndOffset;
        }

        // What was read is what would be written: the writer's checks are the reader's.
        var again = SegmentTrailer.Build(
            backup,
            segment,
            table.Generation,
            end,
            table.Frames,
            table.Generation > 1 ? table.Identity : null
        );
        Expect.That(
            again.Identity == table.Identity && again.Bases.SequenceEqual(table.Bases),
            "made again it differs"
        );
    }

    private static void Walk(byte[] bytes)
    {
        var (file, backup, segment) = Open(bytes);
        var frames = Expect.Refusable(
            () => Expect.Now(UnsealedSegment.ScanAsync(file, backup, segment, long.MaxValue, CancellationToken.None)),
            Expect.Damage
        );
        foreach (var frame in frames ?? [])
        {
            var stored = bytes.AsSpan((int)frame.Offset, frame.TotalLength);
            Expect.That(FrameHeader.Verify(stored, frame), "a frame that was found is not whole");
        }
    }

    private static (MemoryRange File, BackupId Backup, SegmentId Segment) Open(byte[] bytes) =>
        SegmentPreamble.TryRead(bytes, out var backup, out var segment, out _)
            ? (new MemoryRange(bytes), backup, segment)
            : (new MemoryRange(bytes), FuzzKeys.Key.Backup, default);
}
