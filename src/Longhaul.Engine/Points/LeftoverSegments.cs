using System.Collections.Concurrent;
using Longhaul.Core;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Points;

/// <summary>The frames that interrupted runs made durable, ready to be used by the next one.</summary>
/// <remarks>
/// <para>A segment that was not sealed is closed at its watermark, never appended to. Frames upon bases that are gone by
/// now are left out.</para>
/// <para>Source: docs/format.md, section "Checkpoint".</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread, once loaded.</threadsafety>
internal sealed class LeftoverSegments(BackupFolder folder)
{
    private readonly ConcurrentDictionary<
        (MachineId Machine, Digest Content, int Length),
        (FrameAddress Address, bool IsWhole)
    > _frames = new();
    private readonly Dictionary<SegmentId, (MachineId Machine, SegmentTable Table, long Size)> _segments = [];

    /// <summary>Loads one segment of an interrupted run; one that cannot be read is left alone.</summary>
    /// <param name="progress">What the checkpoints say of it, merged: digests of its frames from number 0 on.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask LoadAsync(SegmentProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await LoadReadableAsync(progress, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            // Nothing relies on it: what it holds is sent again, and reclaim takes it away.
        }
    }

    private async ValueTask LoadReadableAsync(SegmentProgress progress, CancellationToken cancellationToken)
    {
        if (
            !SegmentId.TryRead(progress.Segment.Span, out var id)
            || !MachineId.TryRead(progress.Machine.Span, out var machine)
        )
        {
            return;
        }

        var name = BackupNames.SegmentFile(id, SegmentPreamble.FirstGeneration);
        if (folder.State.Segments.ContainsKey(id) || folder.State.CondemnedFiles.ContainsKey(name))
        {
            return;
        }

        if (
            await StoredRange.FindAsync(folder.Store, name, gone: null, cancellationToken).ConfigureAwait(false) is null
            && !await CloseAsync(id, name, (long)progress.Watermark, cancellationToken).ConfigureAwait(false)
        )
        {
            return;
        }

        var file = (
            await StoredRange.FindAsync(folder.Store, name, gone: null, cancellationToken).ConfigureAwait(false)
        )!;
        var table = await SegmentTable
            .ReadAsync(file, folder.Descriptor.Id, id, cancellationToken)
            .ConfigureAwait(false);
        _segments[id] = (machine, table, file.Length);
        foreach (var frame in table.Frames.Where(frame => frame.Number < progress.Digests.Count && IsUsable(id, frame)))
        {
            if (Digest.TryRead(progress.Digests[frame.Number].Span, out var content))
            {
                var address = new FrameAddress(id, frame.Number);
                _frames.TryAdd((machine, content, frame.RawLength), (address, IsWhole: frame.Base is null));
            }
        }
    }

    /// <summary>Takes a frame with a content; each is given once.</summary>
    /// <param name="machine">The machine whose block it was.</param>
    /// <param name="content">Digest of the block.</param>
    /// <param name="length">The block's length, in bytes.</param>
    /// <param name="whole">Whether only a frame will do that needs no other.</param>
    /// <param name="address">The frame when the method returns true.</param>
    internal bool TryTake(MachineId machine, Digest content, int length, bool whole, out FrameAddress address)
    {
        var name = (machine, content, length);
        var isTaken =
            _frames.TryGetValue(name, out var frame)
            && (frame.IsWhole || !whole)
            && _frames.TryRemove(KeyValuePair.Create(name, frame));
        address = frame.Address;
        return isTaken;
    }

    /// <summary>Says which segments are to be listed with a machine's new point.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="sequence">The point's sequence number: the birth of the frames.</param>
    /// <param name="placed">The frames that the point's table names.</param>
    internal Leftovers ListUsed(MachineId machine, long sequence, FrameMarks placed)
    {
        var states = new List<SegmentState>();
        var unused = new Dictionary<SegmentId, FrameSet>();
        var unusedBytes = new Dictionary<SegmentId, long>();
        var references = new HashSet<FrameAddress>();
        foreach (var (id, (owner, table, size)) in _segments)
        {
            var used = table.Frames.Where(frame => placed.Contains(new(id, frame.Number))).ToArray();
            if (owner != machine || used.Length == 0)
            {
                continue;
            }

            states.Add(
                new SegmentState
                {
                    Id = id,
                    Generation = table.Generation,
                    Size = size,
                    Frames = table.Frames.Count,
                    Identity = table.Identity,
                    Machine = machine,
                    Born = sequence,
                    Bases = table.Bases,
                    KeyGeneration = folder.WritingKey?.Generation ?? 0,
                }
            );
            var others = table.Frames.Except(used).ToArray();
            unused[id] = FrameSet.Of(others.Select(frame => frame.Number));
            unusedBytes[id] = others.Sum(frame => (long)frame.TotalLength);
            references.UnionWith(used.Where(frame => frame.Base is not null).Select(frame => frame.Base!.Value));
        }

        return new Leftovers(states, unused, unusedBytes, references);
    }

    /// <summary>Seals a segment whose writer died, with the frames that were durable.</summary>
    private async ValueTask<bool> CloseAsync(
        SegmentId id,
        string name,
        long watermark,
        CancellationToken cancellationToken
    )
    {
        var scan = await folder.Store.ReopenAsync(name, watermark, cancellationToken).ConfigureAwait(false);
        if (scan is null)
        {
            return false;
        }

        await using var writer = scan.ConfigureAwait(false);
        var frames = await UnsealedSegment
            .ScanAsync(new WriterRange(scan), folder.Descriptor.Id, id, watermark, cancellationToken)
            .ConfigureAwait(false);
        if (frames.Count == 0)
        {
            return false;
        }

        var trailer = SegmentTrailer.Build(
            folder.Descriptor.Id,
            id,
            SegmentPreamble.FirstGeneration,
            watermark,
            frames
        );
        await scan.WriteAsync(trailer.Bytes, cancellationToken).ConfigureAwait(false);
        try
        {
            await scan.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return false; // A reclaim took it away meanwhile: what it held is sent again.
        }

        return true;
    }

    private bool IsUsable(SegmentId segment, FrameInfo frame) =>
        frame.Base is not { } basis
        || (
            basis.Segment != segment
            && folder.State.Segments.TryGetValue(basis.Segment, out var state)
            && !state.Condemned.Contains(basis.Number)
        );

    /// <summary>An unfinished object as the scanner of frames sees it.</summary>
    private sealed class WriterRange(IObjectWriter writer) : Format.IByteRange
    {
        public string Name => writer.Name;

        public long Length => writer.Length;

        public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            var read = await writer.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
            if (read < destination.Length)
            {
                throw Errors.DataDamaged(Name, offset + read, "it ends early");
            }
        }
    }
}
