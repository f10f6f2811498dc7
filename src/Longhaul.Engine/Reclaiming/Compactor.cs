using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Reclaiming;

/// <summary>Writes segments again that are dead in good part, and has the older files condemned.</summary>
/// <remarks>
/// <para>Some segments share a record: as many as make up one of the store's best size, so that a log of thousands of
/// segments does not grow by thousands of records, and a run that is cut off loses little.</para>
/// <para>Reads what the policy chose and nothing else. Needs no key and no lease: correctness rests on the commit.</para>
/// </remarks>
/// <param name="backup">The backup; stays the caller's.</param>
/// <param name="newDraft">Begins a step of the session that reclaims.</param>
/// <threadsafety>One run at a time; any number of clients may compact one backup.</threadsafety>
internal sealed class Compactor(OpenBackup backup, Func<string, RecordDraft> newDraft)
{
    private readonly BackupFolder _folder = backup.Folder;
    private readonly List<string> _damaged = [];
    private readonly List<RewrittenSegment> _pending = [];
    private int _segments;
    private long _bytesWritten;

    /// <summary>Compacts what is worth it.</summary>
    /// <param name="files">The files that lay in the folder a moment ago: no name of theirs is taken.</param>
    /// <param name="kept">Files that are protected from deletion: to write them again would take room and give back none.</param>
    /// <param name="cancellationToken">Cancels the run between two segments, or within one.</param>
    /// <exception cref="LonghaulException">store errors; a full store only ends the run.</exception>
    internal async ValueTask<CompactionReport> RunAsync(
        StoredFiles files,
        IReadOnlySet<string> kept,
        CancellationToken cancellationToken
    )
    {
        var capacity = await _folder.Store.GetCapacityAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var segment in CompactionPolicy.Choose(_folder.State, capacity?.FreeBytes, kept))
            {
                await CompactAsync(segment, files, cancellationToken).ConfigureAwait(false);
                if (_pending.Sum(written => written.After.Size) >= _folder.Store.BestSegmentSize)
                {
                    await CommitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (LonghaulException error) when (error.Code == "store.no-space")
        {
            // What was freed is freed; the next run finds more room, as older generations have gone by then.
        }

        await CommitAsync(cancellationToken).ConfigureAwait(false);
        return new CompactionReport(_segments, _bytesWritten, _damaged);
    }

    private async ValueTask CompactAsync(SegmentState segment, StoredFiles files, CancellationToken cancellationToken)
    {
        var taken = Math.Max(segment.SpentGeneration, files.NewestGenerationOf(segment.Id));
        var generation = Math.Max(segment.Generation, taken) + 1;
        try
        {
            var written = await new SegmentRewriter(_folder, backup.Frames.Tables)
                .WriteAsync(segment, generation, cancellationToken)
                .ConfigureAwait(false);
            if (written is not null)
            {
                _pending.Add(written);
            }
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            // Nothing can be said of its frames, so all of it stays where it is.
            _damaged.Add(error.Message);
        }
        catch (LonghaulException error) when (Fault.IsRemoval(error))
        {
            // Others were faster.
        }
    }

    private async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var listed = new List<RewrittenSegment>();
        try
        {
            await _folder
                .CommitAsync(
                    state =>
                    {
                        var draft = newDraft("compact");
                        listed = [.. _pending.Where(written => written.AddTo(draft, state))];
                        return draft;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "backup.changed")
        {
            // Somebody took one of the new files for a leaving and condemned it: the next run begins again.
            listed = [];
        }

        _pending.Clear();
        _segments += listed.Count;
        _bytesWritten += listed.Sum(written => written.After.Size);
        foreach (var written in listed)
        {
            _damaged.AddRange(
                written.Damaged.Select(number =>
                    $"{BackupNames.SegmentFile(written.After.Id, written.After.Generation)}: frame {number} is damaged"
                )
            );
        }
    }
}
