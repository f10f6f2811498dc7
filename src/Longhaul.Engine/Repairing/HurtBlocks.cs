using Longhaul.Engine.Verifying;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Repairing;

/// <summary>Finds the versions of blocks of one machine that cannot be read, and what each stands upon.</summary>
/// <param name="machine">The machine's name.</param>
/// <param name="state">What the log says.</param>
/// <param name="segments">Reads frame tables.</param>
/// <param name="faults">The damage.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class HurtBlocks(string machine, BackupState state, SegmentTables segments, FrameFaults faults)
{
    private readonly List<HurtBlock> _found = [];
    private readonly HashSet<FrameAddress> _replaceable = [];
    private readonly HashSet<FrameAddress> _kept = [];

    /// <summary>What was found.</summary>
    internal IReadOnlyList<HurtBlock> Found => _found;

    /// <summary>Frames of their chains that can be written anew: their segments have them, and can be read.</summary>
    internal IReadOnlySet<FrameAddress> Replaceable => _replaceable;

    /// <summary>Frames that a table says something else of, and that sound versions of blocks are read through: whoever wrote
    /// them anew would mend the one and damage the others.</summary>
    internal IReadOnlySet<FrameAddress> Kept => _kept;

    /// <summary>Looks at all versions of a page's blocks.</summary>
    /// <param name="page">The page at every point.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask LookAsync(PageHistory page, CancellationToken cancellationToken)
    {
        for (var slot = 0; slot < DiskView.Fanout; slot++)
        {
            var block = (page.Page * DiskView.Fanout) + slot;
            var known = new Dictionary<BlockVersion, (HurtBlock? Hurt, List<PointId> Points)>();
            foreach (var at in page.States)
            {
                if (at.Versions[slot] is not { Address: not null } version)
                {
                    continue;
                }

                if (!known.TryGetValue(version, out var found))
                {
                    var points = new List<PointId>();
                    var place = new HurtPlace(machine, page.Disk, block, points);
                    var length = at.Disk.LengthOf(block);
                    found = (await FindAsync(version, length, place, cancellationToken).ConfigureAwait(false), points);
                    known[version] = found;
                }

                found.Points.Add(at.Point.Id);
            }

            _found.AddRange(known.Values.Select(found => found.Hurt).OfType<HurtBlock>());
        }
    }

    /// <summary>Follows a version down to the frame without a base, or to a segment that cannot be read.</summary>
    /// <returns>Null when nothing of it is damaged.</returns>
    private async ValueTask<HurtBlock?> FindAsync(
        BlockVersion version,
        int length,
        HurtPlace place,
        CancellationToken cancellationToken
    )
    {
        var chain = new List<FrameAddress>();
        var hasOtherContent = faults.FindContent(version.Address!.Value, version.Digest, segments) is not null;
        var isHurt = hasOtherContent;

        // A damaged chain may go round; a sound one is at most this long.
        var at = version.Address;
        while (at is { } frame && chain.Count <= FrameHeader.MaxDepth)
        {
            chain.Add(frame);
            isHurt |= faults.IsBroken(frame);
            at = (await TryFindAsync(frame, cancellationToken).ConfigureAwait(false))?.Base;
        }

        if (!isHurt)
        {
            _kept.UnionWith(chain.Where(faults.HasOtherContent));
            return null;
        }

        foreach (var frame in chain)
        {
            if (
                await TryFindAsync(frame, cancellationToken).ConfigureAwait(false) is not null
                && !state.Segments[frame.Segment].Condemned.Contains(frame.Number)
            )
            {
                _replaceable.Add(frame);
            }
        }

        return new HurtBlock(chain, version.Digest, length, place) { HasOtherContent = hasOtherContent };
    }

    private async ValueTask<FrameInfo?> TryFindAsync(FrameAddress frame, CancellationToken cancellationToken) =>
        state.Segments.TryGetValue(frame.Segment, out var segment)
        && !segment.IsDead
        && !faults.IsUnusable(frame.Segment)
            ? (await segments.GetAsync(frame.Segment, cancellationToken).ConfigureAwait(false)).Find(frame.Number)
            : null;
}
