using Longhaul.Core;
using Longhaul.Engine.Points;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Reclaiming;

/// <summary>The checkpoints of interrupted runs, as far as somebody may still go on from them.</summary>
/// <remarks>Believed are those this client put itself. Others cannot be told from forged ones: they only keep what they
/// name from being cleared away for some time.</remarks>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class LiveCheckpoints
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _ended = [];

    private LiveCheckpoints() { }

    /// <summary>Checkpoints nobody goes on from: everything they name is listed or condemned, or they are old.</summary>
    internal IReadOnlyList<string> Ended => _ended;

    /// <summary>Reads the checkpoints of a backup.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="journal">The checkpoints that this client put.</param>
    /// <param name="notBefore">Others written before this instant have expired.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store.*, format.unsupported.</exception>
    internal static async ValueTask<LiveCheckpoints> FindAsync(
        BackupFolder folder,
        IRunJournal journal,
        DateTimeOffset notBefore,
        CancellationToken cancellationToken
    )
    {
        var found = new LiveCheckpoints();
        var files = folder.Store.ListAsync(BackupNames.SessionsFolder, cancellationToken).ConfigureAwait(false);
        await foreach (var file in files)
        {
            if (!BackupNames.TryParseCheckpoint(file.Name, out var session, out var number))
            {
                continue;
            }

            var checkpoint = await ReadAsync(folder, file.Name, cancellationToken).ConfigureAwait(false);
            var isLive =
                checkpoint is { } read
                && (
                    journal.Knows(session, number, read.Hash)
                    || read.Content.WrittenAt >= notBefore.ToUnixTimeMilliseconds()
                )
                && found.AddNames(read.Content, folder);
            if (!isLive)
            {
                found._ended.Add(file.Name);
            }
        }

        return found;
    }

    /// <summary>Whether a live checkpoint names a file.</summary>
    /// <param name="name">The file's name.</param>
    internal bool Names(string name) => _names.Contains(name);

    /// <summary>Adds the segments a run can still go on with.</summary>
    /// <returns>Whether there is any.</returns>
    private bool AddNames(Checkpoint checkpoint, BackupFolder folder)
    {
        var any = false;
        foreach (var progress in checkpoint.Segments)
        {
            // The codec has checked that it is an id.
            if (!SegmentId.TryRead(progress.Segment.Span, out var segment))
            {
                continue;
            }

            var name = BackupNames.SegmentFile(segment, SegmentPreamble.FirstGeneration);
            if (!folder.State.Segments.ContainsKey(segment) && !folder.State.CondemnedFiles.ContainsKey(name))
            {
                any = true;
                _names.Add(name);
            }
        }

        return any;
    }

    private static async ValueTask<(Checkpoint Content, Digest Hash)?> ReadAsync(
        BackupFolder folder,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var bytes = await folder
                .Store.ReadWholeAsync(name, CheckpointCodec.MaxSize, cancellationToken)
                .ConfigureAwait(false);
            return bytes is null ? null : (CheckpointCodec.Decode(name, bytes).Content, CheckpointCodec.HashOf(bytes));
        }
        catch (LonghaulException error) when (error.Code is "data.damaged" or "data.unreadable")
        {
            // Nobody can go on from it.
            return null;
        }
    }
}
