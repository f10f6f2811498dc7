using Longhaul.Storage.Blocks;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>Which of the frames that no visible point reaches a live delta still stands upon.</summary>
/// <remarks>
/// <para>Opens the frame tables of the segments of the dead frames and of held ones below them, and of those that name them
/// as bases, segment by segment; a chain has at most 65 links, and one step is taken per link.</para>
/// <para>Memory: a bit for each frame of those segments, and the frame tables that <see cref="SegmentTables"/> keeps.</para>
/// </remarks>
/// <param name="segments">Reads frame tables.</param>
/// <param name="state">The state the step is prepared against.</param>
internal sealed class DeltaHolds(SegmentTables segments, BackupState state)
{
    /// <summary>Parts dead frames into condemned and held.</summary>
    /// <param name="dead">Frames that no visible point reaches any more; not yet condemned. Those held before are added.</param>
    /// <param name="tablesDropped">Passed on.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<CondemnedFrames> ApplyAsync(
        FrameMarks dead,
        IReadOnlyList<PointId> tablesDropped,
        CancellationToken cancellationToken
    )
    {
        await AddHeldBelowAsync(dead, cancellationToken).ConfigureAwait(false);
        var needed = await FindNeededAsync(dead, cancellationToken).ConfigureAwait(false);
        var condemned = new Dictionary<SegmentId, FrameSet>();
        var held = new Dictionary<SegmentId, FrameSet>();
        var bytes = new Dictionary<SegmentId, long>();
        foreach (var id in dead.Segments)
        {
            var frames = dead.Of(id);
            var gone = frames.Except(needed.Of(id));
            condemned[id] = gone;
            held[id] = frames.Except(gone).Except(state.Segments[id].Held);
            if (gone.Count > 0)
            {
                var table = await segments.GetAsync(id, cancellationToken).ConfigureAwait(false);
                bytes[id] = gone.Numbers().Sum(frame => (long)(table.Find(frame)?.TotalLength ?? 0));
            }
        }

        return new(condemned, held, tablesDropped, bytes);
    }

    /// <summary>Adds the held frames that a dead one stands upon: they may have lost their last delta.</summary>
    /// <remarks>No other held frame can have, so none is looked at: a backup may hold thousands.</remarks>
    private async ValueTask AddHeldBelowAsync(FrameMarks dead, CancellationToken cancellationToken)
    {
        var open = dead;
        while (open.Count > 0)
        {
            var below = new FrameMarks();
            foreach (var id in open.Segments)
            {
                var table = await segments.GetAsync(id, cancellationToken).ConfigureAwait(false);
                foreach (var number in open.Of(id).Numbers())
                {
                    if (
                        table.Find(number)?.Base is { } basis
                        && state.Segments.TryGetValue(basis.Segment, out var segment)
                        && segment.Held.Contains(basis.Number)
                        && !dead.Contains(basis)
                    )
                    {
                        below.Add(basis);
                    }
                }
            }

            foreach (var id in below.Segments)
            {
                foreach (var number in below.Of(id).Numbers())
                {
                    dead.Add(new(id, number));
                }
            }

            open = below;
        }
    }

    /// <summary>The dead frames that live deltas need, directly or through other dead ones.</summary>
    private async ValueTask<FrameMarks> FindNeededAsync(FrameMarks dead, CancellationToken cancellationToken)
    {
        var needed = new FrameMarks();
        var open = await FindBasesOfLiveAsync(dead, cancellationToken).ConfigureAwait(false);
        while (open.Count > 0)
        {
            var next = new FrameMarks();
            foreach (var segment in open.Segments)
            {
                foreach (var number in open.Of(segment).Except(needed.Of(segment)).Numbers())
                {
                    needed.Add(new(segment, number));
                    var link = await segments.FindAsync(new(segment, number), cancellationToken).ConfigureAwait(false);
                    if (link.Frame.Base is { } basis && dead.Contains(basis))
                    {
                        next.Add(basis);
                    }
                }
            }

            open = next;
        }

        return needed;
    }

    private async ValueTask<FrameMarks> FindBasesOfLiveAsync(FrameMarks dead, CancellationToken cancellationToken)
    {
        var bases = new FrameMarks();

        // A dead segment has no live delta, and its file may be gone before the record that purges it.
        foreach (var segment in state.Segments.Values.Where(segment => !segment.IsDead && NamesAny(segment, dead)))
        {
            var table = await segments.GetAsync(segment.Id, cancellationToken).ConfigureAwait(false);
            foreach (var frame in table.Frames)
            {
                if (
                    frame.Base is { } basis
                    && dead.Contains(basis)
                    && !segment.Condemned.Contains(frame.Number)
                    && !dead.Contains(new(segment.Id, frame.Number))
                )
                {
                    bases.Add(basis);
                }
            }
        }

        return bases;
    }

    /// <summary>Whether deltas of a segment may stand upon a dead frame.</summary>
    /// <remarks>Direct bases are enough: a frame between the two is live, and looked at in its own segment, or held, and
    /// then among the dead itself.</remarks>
    private static bool NamesAny(SegmentState segment, FrameMarks dead) =>
        dead.HasAny(segment.Id) || segment.Bases.Any(dead.HasAny);
}
