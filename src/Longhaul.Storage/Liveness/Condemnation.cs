using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>Which frames nobody reaches any more once some restore points are removed.</summary>
/// <remarks>
/// <para>Reads dead lists and frame tables only, in proportion to what changed, and needs no key. The rule, for a point
/// P between the next older visible A and the next younger visible B: condemned are the frames born after A and not
/// after P, and replaced after P up to and with B. Is P the newest: all frames born after A; its table and the hidden
/// ones after A go with it. Frames that a live delta needs are held instead; shared ones are left to a full sweep.</para>
/// <para>Source: docs/format.md, section "Liveness".</para>
/// </remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class Condemnation
{
    private readonly PointTables _points;
    private readonly SegmentTables _segments;
    private readonly BackupState _state;
    private readonly Dictionary<MachineId, MachineState> _machines;
    private readonly FrameMarks _dead = new();
    private readonly HashSet<PointId> _dropped = [];

    /// <summary>Begins with nothing removed.</summary>
    /// <param name="points">Reads dead lists.</param>
    /// <param name="segments">Reads frame tables.</param>
    /// <param name="state">The state the removal is prepared against.</param>
    public Condemnation(PointTables points, SegmentTables segments, BackupState state)
    {
        _points = points;
        _segments = segments;
        _state = state;
        _machines = new(state.Machines);
    }

    /// <summary>Works out what some removals free.</summary>
    /// <param name="removed">Visible points; of one machine the oldest are taken first.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed.</exception>
    public async ValueTask<CondemnedFrames> RemoveAsync(
        IEnumerable<RestorePoint> removed,
        CancellationToken cancellationToken
    )
    {
        foreach (var point in removed.OrderBy(point => point.Sequence))
        {
            var machine = _machines[point.MachineId];
            var at = machine.Points.IndexOf(machine.Points.First(visible => visible.Id == point.Id));
            var older = at == 0 ? 0 : machine.Points[at - 1].Sequence;
            if (at == machine.Points.Length - 1)
            {
                CondemnBornAfter(machine, older);
            }
            else
            {
                var younger = machine.Points[at + 1].Sequence;
                await CondemnReplacedAsync(machine, older, point.Sequence, younger, cancellationToken)
                    .ConfigureAwait(false);
            }

            _machines[point.MachineId] = DropUnread(machine with { Points = machine.Points.RemoveAt(at) });
        }

        return await new DeltaHolds(_segments, _state)
            .ApplyAsync(_dead, [.. _dropped], cancellationToken)
            .ConfigureAwait(false);
    }

    private void CondemnBornAfter(MachineState machine, long older)
    {
        foreach (var segment in _state.Segments.Values)
        {
            if (segment.Machine == machine.Id && segment.Born > older)
            {
                AddDead(segment, 0, segment.Frames);
            }
        }

        foreach (var table in machine.Tables.Where(table => table.Sequence > older))
        {
            _dropped.Add(table.Point);
        }
    }

    private async ValueTask CondemnReplacedAsync(
        MachineState machine,
        long older,
        long removed,
        long younger,
        CancellationToken cancellationToken
    )
    {
        foreach (var table in machine.Tables.Where(table => table.Sequence > removed && table.Sequence <= younger))
        {
            var dead = await _points.ReadDeadListAsync(table, cancellationToken).ConfigureAwait(false);
            foreach (var (id, runs) in dead)
            {
                if (
                    !_state.Segments.TryGetValue(id, out var segment)
                    || segment.Born <= older
                    || segment.Born > removed
                )
                {
                    continue;
                }

                foreach (var (start, count) in runs)
                {
                    if (start + count > segment.Frames)
                    {
                        throw Errors.DataDamaged(
                            table.File,
                            0,
                            $"it says that frame {start + count - 1} of segment {id} was replaced, which has {segment.Frames}"
                        );
                    }

                    AddDead(segment, start, count);
                }
            }
        }
    }

    /// <summary>Drops the tables that no visible point is read through any more.</summary>
    /// <remarks>Below a complete table whose point was made no full, those down to the next complete one stay: they tell what
    /// was before it, which deltas still stand upon.</remarks>
    private MachineState DropUnread(MachineState machine)
    {
        var oldest = machine.Points.Length == 0 ? long.MaxValue : machine.Points[0].Sequence;
        TableState[] complete =
        [
            .. machine.Tables.Reverse().Where(table => table.Complete && table.Sequence <= oldest).Take(2),
        ];
        var bottom = complete is [{ IsHiddenFull: true }, var below] ? below : complete.FirstOrDefault();
        foreach (var table in machine.Tables)
        {
            if (machine.Points.Length == 0 || table.Sequence < (bottom?.Sequence ?? 0))
            {
                _dropped.Add(table.Point);
            }
        }

        return machine with
        {
            Tables = machine.Tables.RemoveAll(table => _dropped.Contains(table.Point)),
        };
    }

    /// <summary>Adds frames, but those of which nothing is to be decided: condemned before, or left to a full sweep.</summary>
    private void AddDead(SegmentState segment, int start, int count)
    {
        for (var frame = start; frame < start + count; frame++)
        {
            if (!segment.Condemned.Contains(frame) && !segment.Shared.Contains(frame))
            {
                _dead.Add(new(segment.Id, frame));
            }
        }
    }
}
