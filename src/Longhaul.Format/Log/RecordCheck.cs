using Google.Protobuf;
using Google.Protobuf.Collections;
using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Log;

/// <summary>Checks the shape of a record's fields, so that its readers need not.</summary>
/// <threadsafety>Stateless.</threadsafety>
internal static class RecordCheck
{
    /// <summary>The first thing that is wrong with a record.</summary>
    /// <param name="open">The open part.</param>
    /// <param name="sealedPart">The sealed part.</param>
    /// <returns>A short clause; null when nothing is wrong.</returns>
    public static string? ProblemOf(Record open, Sealed sealedPart) =>
        Head(open) ?? Machines(open) ?? Points(open) ?? Segments(open) ?? Frames(open) ?? Of(sealedPart);

    private static string? Head(Record open)
    {
        if (
            open.Number == 0
            || open.Number > long.MaxValue
            || open.Previous.Length != (open.Number == 1 ? 0 : Digest.Size)
        )
        {
            return "its number does not fit the hash of the record before";
        }

        if (!IsIdOrNone(open.Session) || open.Keys is { } keys && !IsKeyListing(keys))
        {
            return "its session or key list is not valid";
        }

        if (open.Birth is null && (open.Number == 1 || open.Whole))
        {
            return "it does not say what made the backup";
        }

        return Parties(open);
    }

    private static string? Parties(Record open) =>
        open.Birth is { } birth && (!IsId(birth.Job) || !IsOrigin(birth.Origin) || !IsIdOrNone(birth.Backup))
        || open.Owner is { } owner && (!IsId(owner.Job) || !IsId(owner.Repository) || open.Ownerless)
        || open.Continued is { } continued && (!IsId(continued.Instance) || !IsId(continued.Repository))
            ? "origin, owner or instance is not valid"
            : null;

    private static string? Machines(Record open) =>
        open.Machines.All(machine => IsId(machine.Id) && machine.NextSequence <= long.MaxValue)
            ? null
            : "a machine is not valid";

    private static string? Points(Record open)
    {
        foreach (var point in open.Points)
        {
            if (
                !IsId(point.Id)
                || !IsId(point.Machine)
                || !IsId(point.Job)
                || !IsIdOrNone(point.SourcePoint)
                || !IsOrigin(point.WrittenBy)
                || !IsLinked(point.Kind, point.Id, point.Parent)
                || !Enum.IsDefined(point.Pin)
                || point.Table is not { } table
                || !IsTable(table)
                || table.Point != point.Id
                || table.Machine != point.Machine
            )
            {
                return "a point is not valid";
            }
        }

        return
            open.PointChanges.All(change =>
                IsId(change.Id) && IsLinked(change.Kind, change.Id, change.Parent) && Enum.IsDefined(change.Pin)
            )
            && AreIds(open.PointsRemoved)
            && AreIds(open.TablesDropped)
            && open.HiddenTables.All(IsTable)
            && open.Protections.All(protection => IsId(protection.Point))
            ? null
            : "a changed, removed or hidden point is not valid";
    }

    private static string? Segments(Record open) =>
        open.Segments.All(segment =>
            IsId(segment.Id)
            && segment.Generation is > 0 and <= int.MaxValue
            && segment.Size <= long.MaxValue
            && segment.Frames <= Format.Segments.FrameHeader.MaxNumber + 1
            && segment.Identity.Length == Digest.Size
            && IsId(segment.Machine)
            && segment.Born <= long.MaxValue
            && segment.DeadSince <= long.MaxValue
            && segment.DeadBytes <= segment.Size
            && segment.SpentGeneration <= int.MaxValue
            && segment.KeyGeneration <= int.MaxValue
            && AreIds(segment.Bases)
        ) && AreIds(open.SegmentsPurged)
            ? null
            : "a segment is not valid";

    private static string? Frames(Record open) =>
        AreFrames(open.Condemned) && AreFrames(open.Held) && AreFrames(open.Shared) && AreFrames(open.Released)
            ? null
            : "a set of frames is not valid";

    private static string? Of(Sealed sealedPart) =>
        sealedPart.Machines.All(machine => IsId(machine.Id))
        && sealedPart.Points.All(point =>
            IsId(point.Id)
            && point.Root.Length == Digest.Size
            && point.Disks.All(disk => disk.Id.Length > 0 && disk.Size <= DigestTree.MaxDiskSize)
        )
            ? null
            : "its sealed part is not valid";

    private static bool IsTable(Table table) =>
        IsId(table.Point)
        && IsId(table.Machine)
        && table.Sequence is > 0 and <= long.MaxValue
        && table.Size <= long.MaxValue
        && table.FullSequence < table.Sequence
        && (table.Complete || table.FullSequence == 0)
        && table.KeyGeneration <= int.MaxValue
        && table.Hash.Length == Digest.Size
        && table.File.Length > 0;

    private static bool IsKeyListing(KeyListing keys) =>
        keys.Generation is > 0 and <= int.MaxValue
        && keys.Number is <= int.MaxValue
        && keys.Number >= keys.Generation
        && keys.Hash.Length == Digest.Size;

    private static bool IsLinked(Kind kind, ByteString id, ByteString parent) =>
        kind switch
        {
            Kind.Full => parent.IsEmpty,
            Kind.Increment or Kind.ReverseIncrement => IsId(parent) && parent != id,
            _ => false,
        };

    private static bool IsOrigin(Origin origin) => origin != Origin.Unspecified && Enum.IsDefined(origin);

    private static bool AreFrames(RepeatedField<FrameSet> sets) =>
        sets.All(set => IsId(set.Segment) && set.Bytes <= long.MaxValue && FrameRuns.TryDecode(set.Runs, out _));

    private static bool AreIds(RepeatedField<ByteString> ids) => ids.All(IsId);

    private static bool IsIdOrNone(ByteString bytes) => bytes.IsEmpty || IsId(bytes);

    // All ids have one form, whatever they name.
    private static bool IsId(ByteString bytes) => SegmentId.TryRead(bytes.Span, out _);
}
