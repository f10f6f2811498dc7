using Longhaul.Core;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>What removing each restore point alone would free.</summary>
/// <remarks>
/// <para>For every point what <see cref="Condemnation"/> finds for it, but for all points of a machine at once: each dead list
/// and each frame table is read once, not once for every point. A frame goes with a point when no other visible point has it,
/// and nothing that stays stands upon it; a frame that only deltas need goes with the one point that has all those deltas.</para>
/// <para>What cannot be read frees nothing here: verify reports it.</para>
/// <para>Memory: four bytes for each frame of the segments that hold such frames.</para>
/// </remarks>
/// <param name="points">Reads dead lists.</param>
/// <param name="segments">Reads frame tables.</param>
/// <param name="state">The state that lists the points.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class PointSizes(PointTables points, SegmentTables segments, BackupState state)
{
    private readonly ILookup<MachineId, SegmentState> _segments = state
        .Segments.Values.Where(segment => !segment.IsDead)
        .ToLookup(segment => segment.Machine);

    /// <summary>Whether there are deltas upon frames of other machines: of blocks that machines have in common.</summary>
    private readonly bool _isCrossed = state.Segments.Values.Any(segment =>
        !segment.IsDead
        && segment.Bases.Any(basis =>
            state.Segments.TryGetValue(basis, out var below) && below.Machine != segment.Machine
        )
    );

    /// <summary>Works out the sizes of a machine's points.</summary>
    /// <param name="machine">The machine, as the state has it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Stored bytes for each visible point, oldest first.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public async ValueTask<IReadOnlyList<long>> OfAsync(MachineState machine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(machine);
        if (machine.Points.Length == 0)
        {
            return [];
        }

        var needs = new FrameNeeds(SegmentsOf(machine.Id));
        await ClaimReplacedAsync(machine, needs, cancellationToken).ConfigureAwait(false);
        var newest = machine.Points.Length - 1;
        needs.ClaimBornAfter(machine.Id, newest == 0 ? 0 : machine.Points[newest - 1].Sequence, newest);
        needs.AddHeld();

        // The youngest first: a delta comes before what it stands upon, and says who needs that.
        var freed = new Dictionary<SegmentId, Dictionary<int, long>>();
        var open = new PriorityQueue<SegmentState, long>();
        open.EnqueueRange(needs.Relevant.Select(segment => (segment, -segment.Born)));
        while (open.TryDequeue(out var segment, out _))
        {
            var sizes = new Dictionary<int, long>();
            foreach (var frame in await FramesAsync(segment, cancellationToken).ConfigureAwait(false))
            {
                if (needs.OwnerOf(segment, frame.Number) is { } owner)
                {
                    sizes[owner] = sizes.GetValueOrDefault(owner) + frame.TotalLength;
                }

                if (needs.Pass(segment, frame) is { } changed && freed.Remove(changed.Id))
                {
                    open.Enqueue(changed, -changed.Born);
                }
            }

            freed[segment.Id] = sizes;
        }

        var sums = new long[machine.Points.Length];
        foreach (var (point, bytes) in freed.Values.SelectMany(sizes => sizes))
        {
            sums[point] += bytes;
        }

        return sums;
    }

    /// <summary>A machine's segments, with those of others in which a held frame may be needed by the same deltas.</summary>
    private Dictionary<SegmentId, SegmentState>.ValueCollection SegmentsOf(MachineId machine)
    {
        var found = _segments[machine].ToDictionary(segment => segment.Id);
        for (var count = -1; _isCrossed && count < found.Count; )
        {
            count = found.Count;
            var bases = found.Values.SelectMany(segment => segment.Bases).ToHashSet();
            SegmentState[] more =
            [
                .. _segments
                    .SelectMany(others => others)
                    .Where(other =>
                        other.Held.Count > 0 && bases.Contains(other.Id)
                        || other.Bases.Any(basis => found.GetValueOrDefault(basis)?.Held.Count > 0)
                    ),
            ];
            foreach (var segment in more)
            {
                found[segment.Id] = segment;
            }
        }

        return found.Values;
    }

    /// <summary>Finds the frames that one point alone has, out of what the points after it replaced.</summary>
    private async ValueTask ClaimReplacedAsync(
        MachineState machine,
        FrameNeeds needs,
        CancellationToken cancellationToken
    )
    {
        var point = -1;
        foreach (var table in machine.Tables)
        {
            while (point + 1 < machine.Points.Length && machine.Points[point + 1].Sequence < table.Sequence)
            {
                point++;
            }

            if (point >= 0 && point < machine.Points.Length - 1)
            {
                var older = point == 0 ? 0 : machine.Points[point - 1].Sequence;
                var dead = await DeadListAsync(table, cancellationToken).ConfigureAwait(false);
                needs.Claim(dead, older, machine.Points[point].Sequence, point);
            }
        }
    }

    private async ValueTask<IReadOnlyDictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>> DeadListAsync(
        TableState table,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await points.ReadDeadListAsync(table, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            return new Dictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>();
        }
    }

    /// <summary>The frames of a segment, deltas before what they stand upon.</summary>
    private async ValueTask<IEnumerable<FrameInfo>> FramesAsync(
        SegmentState segment,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var frames = (await segments.GetAsync(segment.Id, cancellationToken).ConfigureAwait(false)).Frames;
            return frames.Any(frame => frame.Base?.Segment == segment.Id)
                ? frames.OrderByDescending(frame => frame.Depth)
                : frames;
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            return [];
        }
    }
}
