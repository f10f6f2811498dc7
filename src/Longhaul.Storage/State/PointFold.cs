using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Log;

namespace Longhaul.Storage.State;

/// <summary>The part of <see cref="StateFold"/> that is about restore points and their tables.</summary>
/// <remarks>Cost: the points and tables of the machines that the record names, however many machines the backup has.</remarks>
internal sealed class PointFold
{
    private readonly BackupState _before;
    private readonly BackupState _known;
    private readonly string _file;
    private readonly Dictionary<MachineId, MachineEdit> _edits = [];
    private readonly Dictionary<PointId, MachineId> _added = [];

    private PointFold(BackupState before, BackupState known, string file)
    {
        _before = before;
        _known = known;
        _file = file;
    }

    /// <summary>The state with a record's points and tables applied.</summary>
    /// <param name="state">The state with the record's machines applied.</param>
    /// <param name="known">The state without anything of the record; none when it tells all there is.</param>
    /// <param name="open">The open part.</param>
    /// <param name="sealedPart">The sealed part.</param>
    /// <param name="file">The record's name, for errors.</param>
    /// <exception cref="LonghaulException">data.damaged.</exception>
    internal static BackupState Apply(BackupState state, BackupState known, Record open, Sealed sealedPart, string file)
    {
        var fold = new PointFold(state, known, file);
        fold.AddHidden(open);
        fold.AddPoints(open, sealedPart);
        var changes = ById(open.PointChanges, change => change.Id, file);
        var dropped = open.TablesDropped.Select(bytes => Fields.Id<RestorePoint>(bytes, file)).ToHashSet();
        fold.Remove(open.PointsRemoved.Select(bytes => Fields.Id<RestorePoint>(bytes, file)).ToHashSet(), dropped);
        fold.Change(changes);
        fold.Protect(ById(open.Protections, protection => protection.Point, file));
        return fold.Finish(dropped);
    }

    private void AddHidden(Record open)
    {
        foreach (var table in open.HiddenTables)
        {
            var hidden = PointFields.Table(table, _file);
            if (IsKept(hidden.Point) || !Edit(hidden.Machine).TryAdd(hidden))
            {
                throw Damaged($"the table of restore point {hidden.Point} is listed twice");
            }

            _added[hidden.Point] = hidden.Machine;
        }
    }

    private void AddPoints(Record open, Sealed sealedPart)
    {
        var details = ById(sealedPart.Points, point => point.Id, _file);
        foreach (var point in open.Points)
        {
            var table = PointFields.Table(point.Table, _file);
            var added = PointFields.Point(point, table, details.GetValueOrDefault(table.Point), _file);
            if (IsKept(added.Id) || !Edit(table.Machine).TryAdd(added, table))
            {
                throw Damaged($"restore point {added.Id} does not follow the newest one");
            }

            _added[added.Id] = table.Machine;
        }
    }

    /// <summary>What a record takes away must be there, and no visible point may lose its table.</summary>
    private void Remove(HashSet<PointId> removed, HashSet<PointId> dropped)
    {
        foreach (var point in removed)
        {
            if (Find(point)?.Visible.Remove(point) != true)
            {
                throw Damaged($"restore point {point} is removed, and not listed");
            }
        }

        foreach (var point in dropped)
        {
            if (Find(point) is not { } machine)
            {
                throw Damaged($"restore point {point} is removed, and not listed");
            }

            if (machine.Visible.Contains(point))
            {
                throw Damaged($"restore point {point} loses its table while it is needed");
            }
        }
    }

    private void Change(Dictionary<PointId, PointChange> changes)
    {
        foreach (var (point, change) in changes)
        {
            if (Find(point) is not { } machine || !machine.Visible.Contains(point))
            {
                throw Damaged($"restore point {point} is changed, and not listed");
            }

            machine.Changes[point] = change;
        }
    }

    private void Protect(Dictionary<PointId, Protection> protections)
    {
        foreach (var (point, protection) in protections)
        {
            if (Find(point) is not { } machine || !machine.Visible.Contains(point))
            {
                throw Damaged($"restore point {point} is protected, and not listed");
            }

            machine.Protections[point] = Fields.Time(protection.Until, _file);
        }
    }

    private BackupState Finish(HashSet<PointId> dropped)
    {
        var machines = _before.Machines.ToBuilder();
        var machineOf = _before.MachineOf.ToBuilder();
        var condemned = _before.CondemnedFiles.ToBuilder();
        machineOf.AddRange(_added);
        foreach (var (id, edit) in _edits)
        {
            machines[id] = edit.Finish(dropped, table => condemned[table.File] = _before.Number, _file);
        }

        machineOf.RemoveRange(dropped);
        return _before with
        {
            Machines = machines.ToImmutable(),
            MachineOf = machineOf.ToImmutable(),
            CondemnedFiles = condemned.ToImmutable(),
        };
    }

    private MachineEdit Edit(MachineId id)
    {
        if (!_edits.TryGetValue(id, out var edit))
        {
            _edits[id] = edit = new MachineEdit(
                _before.Machines.TryGetValue(id, out var machine)
                    ? machine
                    : throw Damaged($"machine {id} is not listed"),
                _known.Machines.GetValueOrDefault(id)?.NextSequence ?? 1
            );
        }

        return edit;
    }

    private bool IsKept(PointId point) => _added.ContainsKey(point) || _before.MachineOf.ContainsKey(point);

    /// <summary>The machine whose table a point's is; null when none is kept.</summary>
    private MachineEdit? Find(PointId point) =>
        _added.TryGetValue(point, out var machine) || _before.MachineOf.TryGetValue(point, out machine)
            ? Edit(machine)
            : null;

    private LonghaulException Damaged(string what) => Errors.DataDamaged(_file, 0, what);

    private static Dictionary<PointId, T> ById<T>(IEnumerable<T> items, Func<T, ByteString> idOf, string file)
    {
        var found = new Dictionary<PointId, T>();
        foreach (var item in items)
        {
            var id = Fields.Id<RestorePoint>(idOf(item), file);
            if (!found.TryAdd(id, item))
            {
                throw Errors.DataDamaged(file, 0, $"it says two things about restore point {id}");
            }
        }

        return found;
    }

    /// <summary>One machine while a record is applied.</summary>
    /// <param name="before">The machine, with what the record says of it alone.</param>
    /// <param name="unused">The first sequence number that no point had before the record.</param>
    private sealed class MachineEdit(MachineState before, long unused)
    {
        private readonly List<RestorePoint> _points = [.. before.Points];
        private readonly List<TableState> _tables = [.. before.Tables];
        private readonly HashSet<PointId> _named = [.. before.Tables.Select(table => table.Point)];
        private readonly HashSet<long> _sequences = [.. before.Tables.Select(table => table.Sequence)];
        private long _next = before.NextSequence;

        /// <summary>The points that are visible so far.</summary>
        internal HashSet<PointId> Visible { get; } = [.. before.Points.Select(point => point.Id)];

        internal Dictionary<PointId, PointChange> Changes { get; } = [];

        internal Dictionary<PointId, DateTimeOffset> Protections { get; } = [];

        /// <summary>Adds a hidden table.</summary>
        /// <returns>False when its point or its place has one.</returns>
        internal bool TryAdd(TableState hidden)
        {
            if (!_named.Add(hidden.Point) || !_sequences.Add(hidden.Sequence))
            {
                return false;
            }

            _tables.Add(hidden);
            return true;
        }

        /// <summary>Adds a point with its table.</summary>
        /// <returns>False when it does not come after all there ever were, or its id or its place has a table already.</returns>
        internal bool TryAdd(RestorePoint point, TableState table)
        {
            if (
                point.Sequence < unused
                || (_points.Count > 0 && _points[^1].Sequence >= point.Sequence)
                || !_named.Add(point.Id)
                || !_sequences.Add(table.Sequence)
            )
            {
                return false;
            }

            _points.Add(point);
            _tables.Add(table);
            _next = Math.Max(_next, table.Sequence + 1);
            return Visible.Add(point.Id);
        }

        /// <summary>The machine after the record.</summary>
        /// <param name="dropped">Points whose tables go; of other machines too.</param>
        /// <param name="onDropped">Gets each table of this machine that goes.</param>
        /// <param name="file">The record's name, for errors.</param>
        internal MachineState Finish(HashSet<PointId> dropped, Action<TableState> onDropped, string file)
        {
            _tables.FindAll(table => dropped.Contains(table.Point)).ForEach(onDropped);
            return before with
            {
                NextSequence = _next,
                Points =
                [
                    .. _points
                        .Where(point => Visible.Contains(point.Id))
                        .Select(point =>
                            Changes.TryGetValue(point.Id, out var change)
                                ? PointFields.Changed(point, change, file)
                                : point
                        )
                        .Select(Protected),
                ],
                Tables = [.. _tables.Where(table => !dropped.Contains(table.Point)).OrderBy(table => table.Sequence)],
            };
        }

        private RestorePoint Protected(RestorePoint point) =>
            Protections.TryGetValue(point.Id, out var until) && !(point.ProtectedUntil >= until)
                ? point with
                {
                    ProtectedUntil = until,
                }
                : point;
    }
}
