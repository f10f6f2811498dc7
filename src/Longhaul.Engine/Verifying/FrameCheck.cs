using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Verifying;

/// <summary>Checks that every frame a restore point needs is listed, alive, and in the table of its segment.</summary>
/// <param name="folder">The backup.</param>
/// <param name="state">What its log says.</param>
/// <param name="segments">Reads frame tables; has read none before.</param>
/// <param name="faults">Where damage goes.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class FrameCheck(BackupFolder folder, BackupState state, SegmentTables segments, FrameFaults faults)
{
    private readonly FrameMarks _reached = new();

    /// <summary>Frames that restore points reference, and all they stand upon, as far as that can be read.</summary>
    internal FrameMarks Needed { get; } = new();

    /// <summary>Frames that restore points reference.</summary>
    internal long Reached => _reached.Count;

    /// <summary>Notes what a page references.</summary>
    /// <param name="page">The page at every point.</param>
    internal void Reach(PageHistory page)
    {
        foreach (var versions in page.Distinct())
        {
            foreach (var version in versions)
            {
                if (version.Address is { } frame && IsListed(frame))
                {
                    _reached.Add(frame);
                }
            }
        }
    }

    /// <summary>Checks the files of all segments that are not dead.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask CheckFilesAsync(CancellationToken cancellationToken)
    {
        foreach (var segment in state.Segments.Values.Where(segment => !segment.IsDead).OrderBy(segment => segment.Id))
        {
            try
            {
                await CheckFileAsync(segment, cancellationToken).ConfigureAwait(false);
            }
            catch (LonghaulException error) when (Fault.IsOne(error))
            {
                faults.Add(segment.Id, Fault.Of(error));
            }
            catch (LonghaulException error) when (Fault.IsRemoval(error))
            {
                faults.AddRemoved(segment.Id);
            }
        }
    }

    /// <summary>Checks what was reached, and follows it down to the frames without a base.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask CheckReachedAsync(CancellationToken cancellationToken)
    {
        var open = _reached;
        while (open.Count > 0)
        {
            var next = new FrameMarks();
            foreach (var segment in open.Segments)
            {
                if (faults.IsUnusable(segment))
                {
                    continue;
                }

                var table = state.Segments[segment].IsDead
                    ? null
                    : await segments.GetAsync(segment, cancellationToken).ConfigureAwait(false);
                foreach (var number in open.Of(segment).Numbers())
                {
                    var frame = new FrameAddress(segment, number);
                    if (
                        Needed.Add(frame)
                        && await CheckAsync(frame, table, cancellationToken).ConfigureAwait(false)
                            is { Base: { } basis } found
                        && await CheckBaseAsync(frame, found, basis, cancellationToken).ConfigureAwait(false)
                    )
                    {
                        next.Add(basis);
                    }
                }
            }

            open = next;
        }
    }

    /// <summary>Stored bytes of the frames needed, headers included, in some segments of one machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="chosen">The segments of all machines that count.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<long> BytesNeededAsync(
        MachineId machine,
        IReadOnlySet<SegmentId> chosen,
        CancellationToken cancellationToken
    )
    {
        long bytes = 0;
        foreach (
            var segment in Needed.Segments.Where(id => state.Segments[id].Machine == machine && chosen.Contains(id))
        )
        {
            if (!faults.IsUnusable(segment) && !state.Segments[segment].IsDead)
            {
                var table = await segments.GetAsync(segment, cancellationToken).ConfigureAwait(false);
                bytes += Needed.Of(segment).Numbers().Sum(number => (long)(table.Find(number)?.TotalLength ?? 0));
            }
        }

        return bytes;
    }

    private async ValueTask CheckFileAsync(SegmentState segment, CancellationToken cancellationToken)
    {
        var table = await segments.GetAsync(segment.Id, cancellationToken).ConfigureAwait(false);

        // Written again meanwhile, it is the newest state that says what it must be.
        var listed =
            table.Generation == segment.Generation
                ? segment
                : folder.State.Segments.GetValueOrDefault(segment.Id) ?? segment;
        var name = BackupNames.SegmentFile(segment.Id, table.Generation);
        var length = await folder.Store.GetLengthAsync(name, cancellationToken).ConfigureAwait(false);
        if (length is { } found && found != listed.Size)
        {
            throw Errors.DataDamaged(name, Math.Min(found, listed.Size), $"it has {found} bytes, not {listed.Size}");
        }

        if (
            table.Frames.Any(frame => frame.Number >= listed.Frames)
            || Enumerable
                .Range(0, listed.Frames)
                .Any(number => !listed.Condemned.Contains(number) && table.Find(number) is null)
        )
        {
            throw Errors.DataDamaged(name, length ?? 0, "it has not the frames that the log lists");
        }
    }

    /// <summary>Whether the log lists a frame; damage when not.</summary>
    private bool IsListed(FrameAddress frame)
    {
        var isListed = state.Segments.TryGetValue(frame.Segment, out var segment) && frame.Number < segment.Frames;
        if (!isListed)
        {
            faults.Add(
                frame,
                new Fault(
                    segments.FileOf(frame.Segment),
                    0,
                    $"frame {frame.Number} is needed, and the log does not list it"
                )
            );
        }

        return isListed;
    }

    /// <summary>Checks one frame that is listed.</summary>
    /// <param name="address">The frame.</param>
    /// <param name="table">Its segment's table; null when the segment is dead.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the table does not have it.</returns>
    private async ValueTask<FrameInfo?> CheckAsync(
        FrameAddress address,
        SegmentTable? table,
        CancellationToken cancellationToken
    )
    {
        var frame = table?.Find(address.Number);
        var isCondemned = state.Segments[address.Segment].Condemned.Contains(address.Number);
        if (isCondemned)
        {
            Add("it is needed, and the log says it is not");
        }
        else if (frame is null && await IsRemovedAsync(address, cancellationToken).ConfigureAwait(false))
        {
            faults.AddRemoved(address);
        }
        else if (frame is null)
        {
            Add("its segment does not have it");
        }

        return frame;

        void Add(string what) =>
            faults.Add(
                address,
                new Fault(segments.FileOf(address.Segment), frame?.Offset ?? 0, $"frame {address.Number}: {what}")
            );
    }

    /// <summary>Whether a frame was condemned since the verification began, and its segment written again without it.</summary>
    private async ValueTask<bool> IsRemovedAsync(FrameAddress address, CancellationToken cancellationToken)
    {
        await folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return !folder.State.Segments.TryGetValue(address.Segment, out var segment)
            || segment.Condemned.Contains(address.Number);
    }

    /// <summary>Checks that a delta's base is listed, and less deep than the delta.</summary>
    /// <returns>Whether the base is listed.</returns>
    private async ValueTask<bool> CheckBaseAsync(
        FrameAddress address,
        FrameInfo frame,
        FrameAddress basis,
        CancellationToken cancellationToken
    )
    {
        if (!IsListed(basis))
        {
            return false;
        }

        if (!faults.IsUnusable(basis.Segment) && !state.Segments[basis.Segment].IsDead)
        {
            var table = await segments.GetAsync(basis.Segment, cancellationToken).ConfigureAwait(false);
            if (table.Find(basis.Number) is { } found && found.Depth >= frame.Depth)
            {
                faults.Add(
                    address,
                    new Fault(
                        segments.FileOf(address.Segment),
                        frame.Offset,
                        $"frame {address.Number}: a delta upon a frame as deep as itself"
                    )
                );
            }
        }

        return true;
    }
}
