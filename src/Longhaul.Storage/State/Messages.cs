using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Log;

namespace Longhaul.Storage.State;

/// <summary>State turned into messages of the log; <see cref="StateFold"/> is the way back.</summary>
internal static class Messages
{
    /// <summary>The open part of a point.</summary>
    internal static Point Of(RestorePoint point, TableState table) =>
        new()
        {
            Id = Bytes(point.Id),
            Machine = Bytes(point.MachineId),
            CreatedAt = point.CreatedAt.ToUnixTimeMilliseconds(),
            Kind = (Kind)point.Kind,
            Parent = point.Parent is { } parent ? Bytes(parent) : ByteString.Empty,
            SourcePoint = point.SourcePoint is { } source ? Bytes(source) : ByteString.Empty,
            Job = Bytes(point.Job),
            WrittenBy = (Origin)point.WrittenBy,
            Incomplete = !point.IsComplete,
            Pin = (Pin)point.Pin,
            Table = Of(table),
        };

    /// <summary>The sealed part of a point.</summary>
    internal static SealedPoint SealedOf(RestorePoint point) =>
        new()
        {
            Id = Bytes(point.Id),
            Root = Bytes(point.Root),
            Disks = { point.Disks.Select(disk => new Disk { Id = disk.Id, Size = (ulong)disk.Size.Bytes }) },
        };

    /// <summary>A table.</summary>
    internal static Table Of(TableState table) =>
        new()
        {
            Point = Bytes(table.Point),
            Machine = Bytes(table.Machine),
            Sequence = (ulong)table.Sequence,
            File = table.File,
            Size = (ulong)table.Size,
            Hash = Bytes(table.Hash),
            Complete = table.Complete,
            FullSequence = (ulong)table.FullSequence,
            KeyGeneration = (uint)table.KeyGeneration,
        };

    /// <summary>A segment without its sets of frames.</summary>
    internal static Format.Log.Segment Of(SegmentState segment) =>
        new()
        {
            Id = Bytes(segment.Id),
            Generation = (uint)segment.Generation,
            Size = (ulong)segment.Size,
            Frames = (uint)segment.Frames,
            Identity = Bytes(segment.Identity),
            Machine = Bytes(segment.Machine),
            Born = (ulong)segment.Born,
            Bases = { segment.Bases.Select(Bytes) },
            DeadSince = (ulong)segment.DeadSince,
            DeadBytes = (ulong)segment.DeadBytes,
            SpentGeneration = (uint)segment.SpentGeneration,
            KeyGeneration = (uint)segment.KeyGeneration,
        };

    /// <summary>A protection.</summary>
    internal static Protection Of(PointId point, DateTimeOffset until) =>
        new() { Point = Bytes(point), Until = until.ToUnixTimeMilliseconds() };

    /// <summary>A key list.</summary>
    internal static KeyListing Of(KeyListState keys) =>
        new()
        {
            Number = (uint)keys.Number,
            Generation = (uint)keys.Generation,
            Hash = Bytes(keys.Hash),
        };

    /// <summary>Turns a step into a record that is also the whole list: the state after it.</summary>
    /// <param name="step">The record as it would be; gives number, previous, session and step.</param>
    /// <param name="after">The state after that record.</param>
    internal static (Record Open, Sealed SealedPart) Whole(Record step, BackupState after)
    {
        var open = new Record
        {
            Number = step.Number,
            Previous = step.Previous,
            WrittenAt = step.WrittenAt,
            Session = step.Session,
            Step = step.Step,
            Whole = true,
            Birth = new Birth
            {
                Origin = (Origin)after.Origin,
                Job = Bytes(after.BornOf),
                Repository = Bytes(after.BornIn),
                Backup = after.Backup.IsEmpty ? ByteString.Empty : Bytes(after.Backup),
            },
        };
        var sealedPart = new Sealed { JobDefinition = ByteString.CopyFrom(after.JobDefinition.AsSpan()) };
        if (after.Owner is { } owner)
        {
            open.Owner = new Owner
            {
                Job = Bytes(owner.Job),
                Repository = Bytes(owner.Repository),
                Server = owner.Server,
            };
            sealedPart.OwnerName = owner.JobName;
        }

        if (after is { ContinuedAs: { } instance, ContinuedIn: { } repository })
        {
            open.Continued = new Continued { Instance = Bytes(instance), Repository = Bytes(repository) };
        }

        if (after.KeyList is { } keys)
        {
            open.Keys = Of(keys);
        }

        AddMachines(open, sealedPart, after);
        open.Segments.Add(after.Segments.Values.OrderBy(segment => segment.Id).Select(Of));
        RecordDraft.AddFrames(open.Condemned, Sets(after, segment => segment.Condemned));
        RecordDraft.AddFrames(open.Held, Sets(after, segment => segment.Held));
        RecordDraft.AddFrames(open.Shared, Sets(after, segment => segment.Shared));
        open.FilesCondemned.Add(
            after.CondemnedFiles.Select(file => new CondemnedFile { Name = file.Key, Since = (ulong)file.Value })
        );
        open.Protections.Add(
            after
                .Points.Where(point => point.ProtectedUntil is not null)
                .Select(point => Of(point.Id, point.ProtectedUntil!.Value))
        );
        open.ProtectedTime = after.ProtectedTime?.ToUnixTimeMilliseconds() ?? 0;
        return (open, sealedPart);
    }

    private static void AddMachines(Record open, Sealed sealedPart, BackupState after)
    {
        foreach (var machine in after.Machines.Values)
        {
            open.Machines.Add(new Machine { Id = Bytes(machine.Id), NextSequence = (ulong)machine.NextSequence });
            sealedPart.Machines.Add(new SealedMachine { Id = Bytes(machine.Id), Name = machine.Name });
            var tables = machine.Tables.ToDictionary(table => table.Point);
            foreach (var point in machine.Points)
            {
                open.Points.Add(Of(point, tables[point.Id]));
                sealedPart.Points.Add(SealedOf(point));
                tables.Remove(point.Id);
            }

            open.HiddenTables.Add(tables.Values.OrderBy(table => table.Sequence).Select(Of));
        }
    }

    private static IEnumerable<KeyValuePair<SegmentId, FrameSet>> Sets(
        BackupState state,
        Func<SegmentState, FrameSet> which
    ) => state.Segments.Values.Select(segment => KeyValuePair.Create(segment.Id, which(segment)));

    private static ByteString Bytes<T>(Id<T> id) => ByteString.CopyFrom(id.ToBytes());

    private static ByteString Bytes(Digest digest) => ByteString.CopyFrom(digest.ToBytes());
}
