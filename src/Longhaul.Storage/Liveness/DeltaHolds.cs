using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>Which of the frames that no visible point reaches a live delta still stands upon.</summary>
/// <remarks>Opens the frame tables of the segments of the dead frames and of held ones below them, and of those that name
/// them as bases; a chain has at most 65 links, and one step is taken per link.</remarks>
/// <param name="segments">Reads frame tables.</param>
/// <param name="state">The state the step is prepared against.</param>
internal sealed class DeltaHolds(SegmentTables segments, BackupState state)
{
    /// <summary>Parts dead frames into condemned and held.</summary>
    /// <param name="dead">Frames that no visible point reaches any more, by segment; not yet condemned.</param>
    /// <param name="tablesDropped">Passed on.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<CondemnedFrames> ApplyAsync(
        IReadOnlyDictionary<SegmentId, HashSet<int>> dead,
        IReadOnlyList<PointId> tablesDropped,
        CancellationToken cancellationToken
    )
    {
        var candidates = dead.ToDictionary(pair => pair.Key, pair => pair.Value.ToHashSet());
        await AddHeldBelowAsync(candidates, cancellationToken).ConfigureAwait(false);
        var needed = await FindNeededAsync(candidates, cancellationToken).ConfigureAwait(false);
        var condemned = new Dictionary<SegmentId, FrameSet>();
        var held = new Dictionary<SegmentId, FrameSet>();
        var bytes = new Dictionary<SegmentId, long>();
        foreach (var (id, frames) in candidates)
        {
            var before = state.Segments[id].Held;
            var gone = frames.Where(frame => !needed.Contains(new(id, frame))).ToArray();
            condemned[id] = FrameSet.Of(gone);
            held[id] = FrameSet.Of(frames.Where(frame => needed.Contains(new(id, frame)) && !before.Contains(frame)));
            if (gone.Length > 0)
            {
                var table = await segments.GetAsync(id, cancellationToken).ConfigureAwait(false);
                bytes[id] = gone.Sum(frame => (long)(table.Find(frame)?.TotalLength ?? 0));
            }
        }

        return new(condemned, held, tablesDropped, bytes);
    }

    /// <summary>Adds the held frames that a dead one stands upon: they may have lost their last delta.</summary>
    /// <remarks>No other held frame can have, so none is looked at: a backup may hold thousands.</remarks>
    private async ValueTask AddHeldBelowAsync(
        Dictionary<SegmentId, HashSet<int>> candidates,
        CancellationToken cancellationToken
    )
    {
        var open = new Queue<FrameAddress>(
            candidates.SelectMany(pair => pair.Value.Select(frame => new FrameAddress(pair.Key, frame)))
        );
        while (open.TryDequeue(out var at))
        {
            if (
                await BaseOfAsync(at, cancellationToken).ConfigureAwait(false) is not { } basis
                || !state.Segments.TryGetValue(basis.Segment, out var segment)
                || !segment.Held.Contains(basis.Number)
            )
            {
                continue;
            }

            if (!candidates.TryGetValue(basis.Segment, out var frames))
            {
                candidates[basis.Segment] = frames = [];
            }

            if (frames.Add(basis.Number))
            {
                open.Enqueue(basis);
            }
        }
    }

    private async ValueTask<HashSet<FrameAddress>> FindNeededAsync(
        Dictionary<SegmentId, HashSet<int>> candidates,
        CancellationToken cancellationToken
    )
    {
        var needed = new HashSet<FrameAddress>();
        var open = new Queue<FrameAddress>();

        // A dead segment has no live delta, and its file may be gone before the record that purges it.
        foreach (
            var segment in state.Segments.Values.Where(segment => !segment.IsDead && NamesAny(segment, candidates))
        )
        {
            var table = await segments.GetAsync(segment.Id, cancellationToken).ConfigureAwait(false);
            var deadHere = candidates.GetValueOrDefault(segment.Id);
            foreach (var frame in table.Frames)
            {
                var live = !segment.Condemned.Contains(frame.Number) && deadHere?.Contains(frame.Number) != true;
                if (live && frame.Base is { } basis)
                {
                    open.Enqueue(basis);
                }
            }
        }

        while (open.TryDequeue(out var at))
        {
            if (needed.Add(at) && await BaseOfAsync(at, cancellationToken).ConfigureAwait(false) is { } basis)
            {
                open.Enqueue(basis);
            }
        }

        return needed;
    }

    /// <summary>Whether deltas of a segment may stand upon a candidate.</summary>
    /// <remarks>Direct bases are enough: a frame between the two is looked at in its own segment, where one that is held and
    /// no candidate counts as live, or is a candidate itself.</remarks>
    private static bool NamesAny(SegmentState segment, Dictionary<SegmentId, HashSet<int>> candidates) =>
        candidates.ContainsKey(segment.Id) || segment.Bases.Any(candidates.ContainsKey);

    private async ValueTask<FrameAddress?> BaseOfAsync(FrameAddress address, CancellationToken cancellationToken) =>
        state.Segments.ContainsKey(address.Segment)
            ? (await segments.FindAsync(address, cancellationToken).ConfigureAwait(false)).Frame.Base
            : null;
}
