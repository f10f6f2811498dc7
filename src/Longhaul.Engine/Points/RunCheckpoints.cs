using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Engine.Runs;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Points;

/// <summary>Remembers, while a run goes on, what of it is durable; and finds what earlier runs left.</summary>
/// <remarks>
/// <para>Each checkpoint lists what became durable since the one before; all of a session go when it ends. The journal
/// is written after the checkpoint: one without the other is a checkpoint nobody believes.</para>
/// <para>Source: docs/format.md, section "Checkpoints".</para>
/// </remarks>
/// <param name="folder">The backup; stays the caller's.</param>
/// <param name="context">The run.</param>
/// <threadsafety>One caller at a time, but <see cref="TryTake"/>, which may be called from any thread.</threadsafety>
internal sealed class RunCheckpoints(BackupFolder folder, RunContext context)
{
    private const string Folder = "sessions/";

    private readonly LeftoverSegments _leftovers = new(folder);
    private readonly Dictionary<SegmentId, SegmentProgress> _pending = [];
    private readonly HashSet<SessionId> _ended = [];
    private long _pendingBytes;
    private long _number;
    private Digest _previous;

    /// <summary>Finds what interrupted runs left that this side believes.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        var merged = new Dictionary<ByteString, SegmentProgress>();
        await foreach (var file in folder.Store.ListAsync(Folder, cancellationToken).ConfigureAwait(false))
        {
            var bytes = await folder
                .Store.ReadWholeAsync(file.Name, CheckpointCodec.MaxSize, cancellationToken)
                .ConfigureAwait(false);
            if (
                bytes is null
                || !BackupNames.TryParseCheckpoint(file.Name, out var from, out var number)
                || !context.Journal.Knows(from, number, Digest.Of(bytes))
            )
            {
                continue;
            }

            _ended.Add(from);
            foreach (var progress in CheckpointCodec.Decode(file.Name, bytes).Segments)
            {
                Merge(merged, progress);
            }
        }

        foreach (var progress in merged.Values)
        {
            await _leftovers.LoadAsync(progress, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="LeftoverSegments.TryTake"/>
    internal bool TryTake(MachineId machine, Digest content, int length, out FrameAddress address) =>
        _leftovers.TryTake(machine, content, length, out address);

    /// <inheritdoc cref="LeftoverSegments.ListUsed"/>
    internal Leftovers ListUsed(MachineId machine, long sequence, IReadOnlySet<FrameAddress> placed) =>
        _leftovers.ListUsed(machine, sequence, placed);

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
        _pendingBytes += storedLength;
        if (_pendingBytes >= context.CheckpointEvery)
        {
            await PutAsync(sink, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the checkpoints of this run, and of those whose leavings it has used.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        _ended.Add(context.Session);
        var names = new List<string>();
        await foreach (var file in folder.Store.ListAsync(Folder, cancellationToken).ConfigureAwait(false))
        {
            if (BackupNames.TryParseCheckpoint(file.Name, out var from, out _) && _ended.Contains(from))
            {
                names.Add(file.Name);
            }
        }

        foreach (var name in names)
        {
            await folder.Store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }

        foreach (var ended in _ended)
        {
            context.Journal.Forget(ended);
        }
    }

    private async ValueTask PutAsync(SegmentSink sink, CancellationToken cancellationToken)
    {
        await sink.FlushAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (segment, progress) in _pending.ToArray())
        {
            if (segment == sink.Current)
            {
                progress.Watermark = (ulong)sink.Watermark;
            }
            else if (sink.Sealed.FirstOrDefault(done => done.Id == segment) is { } whole)
            {
                progress.Watermark = (ulong)whole.Size;
            }
            else
            {
                // Of a machine before this one: committed, or given up with frames of which nobody knows how many are durable.
                _pending.Remove(segment);
            }
        }

        var checkpoint = new Checkpoint
        {
            Session = ByteString.CopyFrom(context.Session.ToBytes()),
            Number = (ulong)(++_number),
            Previous = _number == 1 ? ByteString.Empty : ByteString.CopyFrom(_previous.ToBytes()),
            Job = ByteString.CopyFrom(context.Job.Id.ToBytes()),
            WrittenAt = context.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        checkpoint.Segments.Add(_pending.Values);
        var bytes = CheckpointCodec.Encode(checkpoint);
        var name = BackupNames.Checkpoint(context.Session, _number);
        if (!await folder.Store.PutIfAbsentAsync(name, bytes, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"{name} exists: two runs have one session id.");
        }

        _previous = Digest.Of(bytes);
        context.Journal.Remember(context.Session, _number, _previous);
        _pending.Clear();
        _pendingBytes = 0;
    }

    private static void Merge(Dictionary<ByteString, SegmentProgress> merged, SegmentProgress progress)
    {
        if (!merged.TryGetValue(progress.Segment, out var known))
        {
            if (progress.FirstFrame == 0)
            {
                merged[progress.Segment] = progress;
            }
        }
        else if (progress.FirstFrame == known.Digests.Count)
        {
            known.Digests.Add(progress.Digests);
            known.Watermark = progress.Watermark;
        }
    }
}
