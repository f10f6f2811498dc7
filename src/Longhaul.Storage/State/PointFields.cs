using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using CoreMachine = Longhaul.Core.Machines.Machine;
using LogPoint = Longhaul.Format.Log.Point;
using LogTable = Longhaul.Format.Log.Table;

namespace Longhaul.Storage.State;

/// <summary>Points and tables out of messages that may be damaged: data.damaged names the record.</summary>
internal static class PointFields
{
    /// <summary>A point with its sealed details, where they can be read.</summary>
    internal static RestorePoint Point(LogPoint point, TableState table, SealedPoint? details, string file) =>
        new()
        {
            Id =
                Fields.Id<RestorePoint>(point.Id, file) == table.Point
                    ? table.Point
                    : throw Errors.DataDamaged(file, 0, $"restore point {table.Point} has another point's table"),
            MachineId = table.Machine,
            Sequence = table.Sequence,
            CreatedAt = Fields.Time(point.CreatedAt, file),
            Kind = Fields.Kind(point.Kind, file),
            Parent = point.Parent.IsEmpty ? null : Fields.Id<RestorePoint>(point.Parent, file),
            SourcePoint = point.SourcePoint.IsEmpty ? null : Fields.Id<RestorePoint>(point.SourcePoint, file),
            Root = details is null ? default : Fields.Hash(details.Root, file),
            Disks = details is null
                ? []
                : [.. details.Disks.Select(disk => new DiskLayout(disk.Id, new ByteSize(checked((long)disk.Size))))],
            Job = Fields.Id<JobDefinition>(point.Job, file),
            WrittenBy = Fields.Origin(point.WrittenBy, file),
            IsComplete = !point.Incomplete,
            Pin = (PinReason)point.Pin,
        };

    /// <summary>A point after a change.</summary>
    internal static RestorePoint Changed(RestorePoint point, PointChange change, string file) =>
        point with
        {
            Kind = Fields.Kind(change.Kind, file),
            Parent = change.Parent.IsEmpty ? null : Fields.Id<RestorePoint>(change.Parent, file),
            IsComplete = !change.Incomplete,
            Pin = (PinReason)change.Pin,
        };

    /// <summary>A table.</summary>
    internal static TableState Table(LogTable? table, string file) =>
        table is null
            ? throw Errors.DataDamaged(file, 0, "a restore point without a table")
            : new TableState(
                Fields.Id<RestorePoint>(table.Point, file),
                Fields.Id<CoreMachine>(table.Machine, file),
                checked((long)table.Sequence),
                BackupNames.TryParsePointFile(table.File, out _, out _, out _)
                    ? table.File
                    : throw Errors.DataDamaged(file, 0, $"'{table.File}' is no point file"),
                checked((long)table.Size),
                Fields.Hash(table.Hash, file),
                table.Complete,
                checked((long)table.FullSequence),
                checked((int)table.KeyGeneration)
            );
}
