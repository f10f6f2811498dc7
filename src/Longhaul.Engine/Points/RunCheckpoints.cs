using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Engine.Runs;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Points;

/// <summary>Remembers, while a run goes on, what of it is durable; and finds what earlier runs left.</summary>
/// <remarks>
/// <para>Each checkpoint lists what became durable since the one before; all of a session go when it ends. The journal
/// is written after the checkpoint: one without the other is a checkpoint nobody believes.</para>
/// <para>Source: docs/format.md, section "Checkpoint".</para>
/// </remarks>
/// <param name="folder">The backup; stays the caller's.</param>
/// <param name="context">The run.</param>
/// <threadsafety>One caller at a time, but what the points of a run call: <see cref="TryTake"/>, <see cref="ListUsed"/> and
/// <see cref="PutAsync"/> may be called from any thread.</threadsafety>
internal sealed class RunCheckpoints(BackupFolder folder, RunContext context) : IDisposable
{
    private const string Folder = "sessions/";

    private readonly LeftoverSegments _leftovers = new(folder);
    private readonly HashSet<SessionId> _ended = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _number;
    private Digest _previous;

    /// <summary>Finds what interrupted runs left that this side believes.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        var merged = new Dictionary<ByteString, SegmentProgress>();
        var generation = folder.WritingKey?.Generation ?? 0;
        await foreach (var file in folder.Store.ListAsync(Folder, cancellationToken).ConfigureAwait(false))
        {
            if (!BackupNames.TryParseCheckpoint(file.Name, out var from, out var number))
            {
                continue;
            }

            try
            {
                var bytes = await folder
                    .Store.ReadWholeAsync(file.Name, CheckpointCodec.MaxSize, cancellationToken)
                    .ConfigureAwait(false);
                if (bytes is null || !context.Journal.Knows(from, number, Digest.Of(bytes)))
                {
                    continue;
                }

                _ended.Add(from);
                var checkpoint = CheckpointCodec.Decode(file.Name, bytes, folder.Keys);
                if (checkpoint.KeyGeneration != generation)
                {
                    continue; // Its segments are under a key that nothing is written under any more.
                }

                foreach (var progress in checkpoint.Content.Segments)
                {
                    Merge(merged, progress);
                }
            }
            catch (LonghaulException error) when (error.IsAboutData)
            {
                // A checkpoint is a hint: what it would have told is sent again.
            }
        }

        foreach (var progress in merged.Values)
        {
            await _leftovers.LoadAsync(progress, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="LeftoverSegments.TryTake"/>
    internal bool TryTake(MachineId machine, Digest content, int length, bool whole, out FrameAddress address) =>
        _leftovers.TryTake(machine, content, length, whole, out address);

    /// <inheritdoc cref="LeftoverSegments.ListUsed"/>
    internal Leftovers ListUsed(MachineId machine, long sequence, FrameMarks placed) =>
        _leftovers.ListUsed(machine, sequence, placed);

    /// <summary>Puts a checkpoint of what became durable.</summary>
    /// <param name="segments">The segments, with the digests of their frames and how far they are durable.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask PutAsync(IEnumerable<SegmentProgress> segments, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var checkpoint = new Checkpoint
            {
                Session = ByteString.CopyFrom(context.Session.ToBytes()),
                Number = (ulong)(++_number),
                Previous = _number == 1 ? ByteString.Empty : ByteString.CopyFrom(_previous.ToBytes()),
                Job = ByteString.CopyFrom(context.Job.Id.ToBytes()),
                WrittenAt = context.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
            };
            checkpoint.Segments.Add(segments);
            var bytes = CheckpointCodec.Encode(checkpoint, folder.WritingKey);
            var name = BackupNames.Checkpoint(context.Session, _number);
            if (!await folder.Store.PutIfAbsentAsync(name, bytes, cancellationToken).ConfigureAwait(false))
            {
                throw new InvalidOperationException($"{name} exists: two runs have one session id.");
            }

            _previous = Digest.Of(bytes);
            context.Journal.Remember(context.Session, _number, _previous);
        }
        finally
        {
            _turn.Release();
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

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

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
