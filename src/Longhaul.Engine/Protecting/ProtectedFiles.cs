using Longhaul.Core.Protecting;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Protecting;

/// <summary>Which point files and segments the protected points of a backup need, and until when.</summary>
/// <remarks>
/// <para>Pure, and from the log alone: no table is read. So it is a little more than what is needed: of a machine's
/// segments all that were there when the point was made and are not dead, whether this point or only a neighbour reaches them,
/// and what their deltas stand upon. A segment that only older points reach is free again when it is dead and the newest point
/// that was made before that is protected no more.</para>
/// <para>Source: docs/format.md, section "Protection".</para>
/// </remarks>
public static class ProtectedFiles
{
    /// <summary>Finds them.</summary>
    /// <param name="state">The backup.</param>
    /// <param name="now">What the protected clock shows.</param>
    /// <returns>By name, from the backup folder down: when the last of the points is protected no more that need it.</returns>
    public static IReadOnlyDictionary<string, DateTimeOffset> Of(BackupState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var files = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var machine in state.Machines.Values)
        {
            foreach (var point in machine.Points.Where(point => point.IsProtectedAt(now)))
            {
                foreach (var table in ReadThrough(machine, point.Sequence))
                {
                    Extend(files, table.File, point.ProtectedUntil!.Value);
                }
            }
        }

        foreach (var (id, until) in Segments(state, now))
        {
            var segment = state.Segments[id];
            Extend(files, BackupNames.SegmentFile(segment.Id, segment.Generation), until);
        }

        return files;
    }

    /// <summary>The tables a point is read through: its own, and the older ones down to a complete one.</summary>
    private static IEnumerable<TableState> ReadThrough(MachineState machine, long sequence)
    {
        foreach (var table in machine.Tables.Where(table => table.Sequence <= sequence).Reverse())
        {
            yield return table;
            if (table.Complete)
            {
                yield break;
            }
        }
    }

    private static Dictionary<SegmentId, DateTimeOffset> Segments(BackupState state, DateTimeOffset now)
    {
        var points = state
            .Machines.Values.SelectMany(machine => machine.Points)
            .Where(point => point.IsProtectedAt(now))
            .ToLookup(point => point.MachineId);
        var last = points.SelectMany(machine => machine).Max(point => point.ProtectedUntil);
        var found = new Dictionary<SegmentId, DateTimeOffset>();
        var spread = new Queue<SegmentId>();
        foreach (var segment in state.Segments.Values.Where(segment => !segment.IsDead))
        {
            // What is shared, a point of any machine may refer to.
            var until =
                segment.Shared.Count > 0
                    ? last
                    : points[segment.Machine]
                        .Where(point => point.Sequence >= segment.Born)
                        .Max(point => point.ProtectedUntil);
            if (until is { } end)
            {
                found[segment.Id] = end;
                spread.Enqueue(segment.Id);
            }
        }

        while (spread.TryDequeue(out var id))
        {
            foreach (var below in state.Segments[id].Bases.Where(state.Segments.ContainsKey))
            {
                if (!found.TryGetValue(below, out var until) || until < found[id])
                {
                    found[below] = found[id];
                    spread.Enqueue(below);
                }
            }
        }

        return found;
    }

    private static void Extend(Dictionary<string, DateTimeOffset> files, string name, DateTimeOffset until) =>
        files[name] = files.TryGetValue(name, out var known) && known > until ? known : until;
}
