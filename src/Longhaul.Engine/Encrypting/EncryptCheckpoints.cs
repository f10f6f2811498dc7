using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Encrypting;

/// <summary>Remembers which segments were written sealed before a record lists them, so that an interrupted encryption goes
/// on, and no reclaim clears them away.</summary>
/// <remarks>Each checkpoint is sealed and vouched for under the new keys: whoever has the password believes it.</remarks>
/// <param name="folder">The backup; stays the caller's.</param>
/// <param name="keys">The new keys.</param>
/// <param name="session">The session that encrypts.</param>
/// <param name="clock">For their time.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class EncryptCheckpoints(BackupFolder folder, BackupKeys keys, SessionId session, TimeProvider clock)
{
    private readonly HashSet<SessionId> _sessions = [session];
    private long _number;
    private Digest _previous;

    /// <summary>Finds what interrupted calls under the same keys had written.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sealed segment by the plain one; whether it is whole is for the caller to look.</returns>
    internal async ValueTask<IReadOnlyDictionary<SegmentId, SegmentId>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<SegmentId, SegmentId>();
        var files = folder.Store.ListAsync(BackupNames.SessionsFolder, cancellationToken).ConfigureAwait(false);
        await foreach (var file in files)
        {
            if (
                !BackupNames.TryParseCheckpoint(file.Name, out var from, out _)
                || await ReadAsync(file.Name, cancellationToken).ConfigureAwait(false) is not { } checkpoint
            )
            {
                continue;
            }

            _sessions.Add(from);
            foreach (var progress in checkpoint.Segments)
            {
                if (
                    SegmentId.TryRead(progress.Seals.Span, out var plain)
                    && SegmentId.TryRead(progress.Segment.Span, out var sealedAs)
                )
                {
                    found[plain] = sealedAs;
                }
            }
        }

        return found;
    }

    /// <summary>Notes a segment that is whole.</summary>
    /// <param name="plain">What it holds sealed.</param>
    /// <param name="after">The segment.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask AddAsync(SegmentState plain, SegmentState after, CancellationToken cancellationToken)
    {
        var checkpoint = new Checkpoint
        {
            Session = ByteString.CopyFrom(session.ToBytes()),
            Number = (ulong)++_number,
            Previous = _number == 1 ? ByteString.Empty : ByteString.CopyFrom(_previous.ToBytes()),
            Job = ByteString.CopyFrom(folder.State.BornOf.ToBytes()),
            WrittenAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Segments =
            {
                new SegmentProgress
                {
                    Segment = ByteString.CopyFrom(after.Id.ToBytes()),
                    Machine = ByteString.CopyFrom(after.Machine.ToBytes()),
                    Watermark = (ulong)after.Size,
                    Seals = ByteString.CopyFrom(plain.Id.ToBytes()),
                },
            },
        };
        var bytes = CheckpointCodec.Encode(checkpoint, keys.Newest);
        var name = BackupNames.Checkpoint(session, _number);
        if (!await folder.Store.PutIfAbsentAsync(name, bytes, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"{name} exists: two sessions have one id.");
        }

        _previous = CheckpointCodec.HashOf(bytes);
    }

    /// <summary>Removes them all, once what they name is listed.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        var files = folder.Store.ListAsync(BackupNames.SessionsFolder, cancellationToken);
        foreach (var file in await files.ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (BackupNames.TryParseCheckpoint(file.Name, out var from, out _) && _sessions.Contains(from))
            {
                await folder.Store.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads a checkpoint that was sealed under the new keys; null for any other.</summary>
    private async ValueTask<Checkpoint?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await folder
                .Store.ReadWholeAsync(name, CheckpointCodec.MaxSize, cancellationToken)
                .ConfigureAwait(false);
            return
                bytes is not null
                && CheckpointCodec.Decode(name, bytes, keys) is var read
                && read.KeyGeneration == keys.Newest.Generation
                ? read.Content
                : null;
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            // A checkpoint is a hint: what it would have told is written again.
            return null;
        }
    }
}
