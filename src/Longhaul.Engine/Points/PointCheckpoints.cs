using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Liveness;

namespace Longhaul.Engine.Points;

/// <summary>Notes what one point that is being built has stored, and puts a checkpoint of it now and then.</summary>
/// <param name="run">The run's checkpoints.</param>
/// <param name="every">Stored bytes after which a checkpoint is put, at least 1.</param>
/// <param name="standalone">Whether the point is to stand alone: frames that are deltas are then not taken up.</param>
/// <threadsafety>One caller at a time, but <see cref="TryTake"/>, which may be called from any thread.</threadsafety>
internal sealed class PointCheckpoints(RunCheckpoints run, long every, bool standalone)
{
    /// <summary>What a frame counts for beside its payload: a checkpoint of none but tiny frames is not too large either.</summary>
    private const int BytesPerFrame = 128;

    private readonly Dictionary<SegmentId, SegmentProgress> _pending = [];
    private long _pendingBytes;

    /// <inheritdoc cref="LeftoverSegments.TryTake"/>
    internal bool TryTake(MachineId machine, Digest content, int length, out FrameAddress address) =>
        run.TryTake(machine, content, length, standalone, out address);

    /// <inheritdoc cref="LeftoverSegments.ListUsed"/>
    internal Leftovers ListUsed(MachineId machine, long sequence, FrameMarks placed) =>
        run.ListUsed(machine, sequence, placed);

    /// <summary>Notes a frame, and puts a checkpoint when enough was stored since the last.</summary>
    /// <param name="sink">Where the frame was appended.</param>
    /// <param name="machine">The machine whose block it is.</param>
    /// <param name="frame">Where it was placed.</param>
    /// <param name="content">Digest of the block.</param>
    /// <param name="storedLength">Length of its payload.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask StoredAsync(
        SegmentSink sink,
        MachineId machine,
        FrameAddress frame,
        Digest content,
        int storedLength,
        CancellationToken cancellationToken
    )
    {
        if (!_pending.TryGetValue(frame.Segment, out var progress))
        {
            progress = new SegmentProgress
            {
                Segment = ByteString.CopyFrom(frame.Segment.ToBytes()),
                Machine = ByteString.CopyFrom(machine.ToBytes()),
                FirstFrame = (uint)frame.Number,
            };
            _pending[frame.Segment] = progress;
        }

        progress.Digests.Add(ByteString.CopyFrom(content.ToBytes()));
        _pendingBytes += storedLength + BytesPerFrame;
        if (_pendingBytes >= every)
        {
            await PutAsync(sink, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask PutAsync(SegmentSink sink, CancellationToken cancellationToken)
    {
        await sink.FlushAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (segment, progress) in _pending)
        {
            progress.Watermark =
                segment == sink.Current
                    ? (ulong)sink.Watermark
                    : (ulong)sink.Sealed.First(done => done.Id == segment).Size;
        }

        await run.PutAsync(_pending.Values, cancellationToken).ConfigureAwait(false);
        _pending.Clear();
        _pendingBytes = 0;
    }
}
