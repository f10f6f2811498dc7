using Longhaul.Core;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>Finds, by reading all tables, every frame that no visible restore point reaches: shared ones too.</summary>
/// <remarks>
/// <para>Alive is what the visible points reference, and all that stands below it in chains of deltas. Any damage ends
/// the sweep: what cannot be read cannot be said to be dead.</para>
/// <para>Memory: one bit per frame, and what <see cref="PageHistories"/> takes.</para>
/// <para>Source: docs/format.md, section "Liveness".</para>
/// </remarks>
/// <param name="points">Reads tables.</param>
/// <param name="segments">Reads frame tables.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class FullSweep(PointTables points, SegmentTables segments)
{
    /// <summary>Sweeps.</summary>
    /// <param name="state">The state the step is prepared against.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Frames to condemn that were not condemned before, and frames that only deltas need and that were not held
    /// before.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed; point.not-found when a point was
    /// removed meanwhile.</exception>
    public async ValueTask<CondemnedFrames> FindAsync(BackupState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var reached = new FrameMarks();
        foreach (var machine in state.Machines.Values)
        {
            var pages = new PageHistories(points, state).ReadAsync(machine.Points, cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                foreach (var versions in page.Distinct())
                {
                    Reach(reached, versions);
                }
            }
        }

        var needed = await ClosureAsync(reached, cancellationToken).ConfigureAwait(false);
        var condemned = new Dictionary<SegmentId, FrameSet>();
        var held = new Dictionary<SegmentId, FrameSet>();
        var bytes = new Dictionary<SegmentId, long>();
        foreach (var segment in state.Segments.Values.Where(segment => !segment.IsDead))
        {
            var direct = reached.Of(segment.Id);
            var alive = needed.Of(segment.Id);
            var all = FrameSet.Of(Enumerable.Range(0, segment.Frames));
            var dead = all.Except(alive).Except(segment.Condemned);
            condemned[segment.Id] = dead;
            held[segment.Id] = alive.Except(direct).Except(segment.Held);
            if (dead.Count > 0)
            {
                var table = await segments.GetAsync(segment.Id, cancellationToken).ConfigureAwait(false);
                bytes[segment.Id] = dead.Numbers().Sum(frame => (long)(table.Find(frame)?.TotalLength ?? 0));
            }
        }

        return new CondemnedFrames(condemned, held, [], bytes);
    }

    private static void Reach(FrameMarks reached, BlockVersion[] versions)
    {
        foreach (var version in versions)
        {
            if (version.Address is { } frame)
            {
                reached.Add(frame);
            }
        }
    }

    /// <summary>Adds all that some frames stand upon, segment by segment, so that each frame table is read a few times
    /// only.</summary>
    /// <param name="reached">Frames that points reference; not changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed.</exception>
    private async ValueTask<FrameMarks> ClosureAsync(FrameMarks reached, CancellationToken cancellationToken)
    {
        var needed = new FrameMarks();
        var open = reached;
        while (open.Count > 0)
        {
            var next = new FrameMarks();
            foreach (var segment in open.Segments)
            {
                foreach (var number in open.Of(segment).Numbers())
                {
                    if (!needed.Add(new FrameAddress(segment, number)))
                    {
                        continue;
                    }

                    var link = await segments.FindAsync(new(segment, number), cancellationToken).ConfigureAwait(false);
                    if (link.Frame.Base is { } basis)
                    {
                        next.Add(basis);
                    }
                }
            }

            open = next;
        }

        return needed;
    }
}
