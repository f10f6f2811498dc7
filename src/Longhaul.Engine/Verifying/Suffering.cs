using Longhaul.Core.Backups;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Verifying;

/// <summary>Finds the blocks and restore points of one machine that suffer from damaged segments and frames.</summary>
/// <param name="machine">The machine's name.</param>
/// <param name="state">What the log says.</param>
/// <param name="segments">Reads frame tables.</param>
/// <param name="faults">The damage.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class Suffering(string machine, BackupState state, SegmentTables segments, FrameFaults faults)
{
    private readonly Dictionary<SegmentId, Dictionary<PointId, RestorePoint>> _bySegment = [];

    /// <summary>Damage to single blocks.</summary>
    internal DamageList Blocks { get; } = new();

    /// <summary>The points that need something of a damaged segment, oldest first.</summary>
    /// <param name="segment">The segment.</param>
    internal IEnumerable<RestorePoint> Of(SegmentId segment) =>
        _bySegment.TryGetValue(segment, out var points) ? points.Values.OrderBy(point => point.Sequence) : [];

    /// <summary>Looks at all versions of a page's blocks.</summary>
    /// <param name="page">The page at every point.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask LookAsync(PageHistory page, CancellationToken cancellationToken)
    {
        for (var slot = 0; slot < DiskView.Fanout; slot++)
        {
            var known = new Dictionary<BlockVersion, Needs>();
            var blocks = new Dictionary<Fault, List<PointId>>();
            foreach (var at in page.States)
            {
                var version = at.Versions[slot];
                if (version.Address is null)
                {
                    continue;
                }

                if (!known.TryGetValue(version, out var needs))
                {
                    known[version] = needs = await FindAsync(version, cancellationToken).ConfigureAwait(false);
                }

                Note(at.Point, needs, blocks);
            }

            foreach (var (fault, points) in blocks)
            {
                Blocks.Add(
                    new Damage
                    {
                        Points = points,
                        Machine = machine,
                        Disk = page.Disk,
                        Block = (page.Page * DiskView.Fanout) + slot,
                        File = fault.File,
                        Offset = fault.Offset,
                        What = fault.What,
                    }
                );
            }
        }
    }

    private void Note(RestorePoint point, Needs needs, Dictionary<Fault, List<PointId>> blocks)
    {
        if (needs.Segment is { } segment)
        {
            if (!_bySegment.TryGetValue(segment, out var points))
            {
                _bySegment[segment] = points = [];
            }

            points[point.Id] = point;
        }

        foreach (var fault in needs.Faults)
        {
            if (!blocks.TryGetValue(fault, out var suffering))
            {
                blocks[fault] = suffering = [];
            }

            suffering.Add(point.Id);
        }
    }

    /// <summary>Follows a version down to the frame without a base, or to a segment that cannot be read.</summary>
    private async ValueTask<Needs> FindAsync(BlockVersion version, CancellationToken cancellationToken)
    {
        var found = new List<Fault>();
        if (faults.FindContent(version.Address!.Value, version.Digest, segments) is { } content)
        {
            found.Add(content);
        }

        // A damaged chain may go round; a sound one is at most this long.
        var at = version.Address;
        for (var depth = 0; at is { } frame && depth <= FrameHeader.MaxDepth; depth++)
        {
            if (faults.FindFrame(frame) is { } fault)
            {
                found.Add(fault);
            }

            if (faults.IsUnusable(frame.Segment))
            {
                return new Needs(faults.Segments.ContainsKey(frame.Segment) ? frame.Segment : null, found);
            }

            at = await BaseOfAsync(frame, cancellationToken).ConfigureAwait(false);
        }

        return new Needs(null, found);
    }

    private async ValueTask<FrameAddress?> BaseOfAsync(FrameAddress frame, CancellationToken cancellationToken)
    {
        // A frame that is not in its segment, or whose segment is not listed, is a fault itself and leads nowhere.
        if (!faults.IsUnusable(frame))
        {
            return (await segments.FindAsync(frame, cancellationToken).ConfigureAwait(false)).Frame.Base;
        }

        return state.Segments.TryGetValue(frame.Segment, out var segment) && !segment.IsDead
            ? (await segments.GetAsync(frame.Segment, cancellationToken).ConfigureAwait(false)).Find(frame.Number)?.Base
            : null;
    }

    private sealed record Needs(SegmentId? Segment, IReadOnlyList<Fault> Faults);
}
