using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Leases;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Reclaiming;

/// <summary>Frees the space of what a backup needs no more.</summary>
/// <remarks>
/// <para>Two phases. What nobody needs is condemned by a record; bytes go in a later run, when that record is old enough
/// and no reader lives who may have begun before it. Files go first, then one record purges them: after a crash between
/// the two the next run finds the files gone already.</para>
/// <para>Segments that are dead in good part are written again without what is dead; the older file goes like any other.</para>
/// <para>Files that no record ever listed are condemned by name first, so that a writer who was only paused is refused
/// when he commits them.</para>
/// <para>Source: docs/format.md, section "Liveness".</para>
/// </remarks>
/// <param name="backup">The backup; stays the caller's.</param>
/// <param name="leases">Tells living leases of the backup from dead ones.</param>
/// <param name="ages">When this client first saw a record.</param>
/// <param name="journal">The checkpoints that this client put: what they name is not cleared away.</param>
/// <param name="clock">For the age of other clients' checkpoints.</param>
/// <threadsafety>One run at a time; any number of clients may reclaim one backup.</threadsafety>
public sealed class Reclaimer(
    OpenBackup backup,
    LeaseObserver leases,
    IRecordAges ages,
    IRunJournal journal,
    TimeProvider clock
)
{
    private readonly BackupFolder _folder = backup.Folder;

    /// <summary>Reclaims.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels the run; what was deleted by then is purged by the next one.</param>
    /// <returns>What was freed, and what waits.</returns>
    /// <exception cref="LonghaulException">store.*; with a full sweep data.damaged and data.missing too: then nothing is
    /// condemned by it.</exception>
    public async ValueTask<ReclaimReport> RunAsync(ReclaimOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        await _folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var swept = options.Full ? await SweepAsync(options, cancellationToken).ConfigureAwait(false) : 0;

        // Files before leases: whoever began a file that is listed here holds his lease by now, or has ended.
        var files = await StoredFiles.ListAsync(_folder.Store, cancellationToken).ConfigureAwait(false);
        await leases.ClearDeadAsync(cancellationToken).ConfigureAwait(false);
        var others = (await leases.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(lease => !options.OwnLeases.Contains(lease.Id))
            .ToArray();
        await _folder.RefreshAsync(cancellationToken).ConfigureAwait(false);

        // Another's run under way clears up and compacts itself when it ends; two would do the same work twice.
        var isAlone = !others.Any(lease => lease.Holds(LeasePurpose.Writer));
        var condemned = isAlone
            ? await ClearLeftoversAsync(files, options, cancellationToken).ConfigureAwait(false)
            : 0;
        var readers = others.Where(lease => lease.Holds(LeasePurpose.Reader)).Select(lease => lease.Id).ToArray();
        var report = await DeleteAsync(files, readers.Length > 0, options, cancellationToken).ConfigureAwait(false);

        // After deleting, for the sake of the room; what it condemns is looked at once more, as its delay begins now.
        var compaction = isAlone
            ? await new Compactor(backup, step => Draft(step, options))
                .RunAsync(files, options.Protected, cancellationToken)
                .ConfigureAwait(false)
            : CompactionReport.None;
        if (compaction.Segments > 0)
        {
            var more = await DeleteAsync(files, readers.Length > 0, options, cancellationToken).ConfigureAwait(false);
            report = more with
            {
                SegmentsDeleted = report.SegmentsDeleted + more.SegmentsDeleted,
                FilesDeleted = report.FilesDeleted + more.FilesDeleted,
                BytesFreed = report.BytesFreed + more.BytesFreed,
            };
        }

        return report with
        {
            LeftoversCondemned = condemned,
            BytesSwept = swept,
            Compaction = compaction,
            HeldBackBy = readers,
        };
    }

    private async ValueTask<long> SweepAsync(ReclaimOptions options, CancellationToken cancellationToken)
    {
        long bytes = 0;
        await _folder
            .CommitPreparedAsync(
                async (state, token) =>
                {
                    var swept = await new FullSweep(backup.Tables, backup.Frames.Tables)
                        .FindAsync(state, token)
                        .ConfigureAwait(false);
                    bytes = swept.BytesFreed;
                    var draft = Draft("sweep", options);
                    swept.AddTo(draft);
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return bytes;
    }

    /// <summary>Condemns by name what no record lists, and removes checkpoints that nobody will go on from.</summary>
    /// <returns>Files condemned.</returns>
    private async ValueTask<int> ClearLeftoversAsync(
        StoredFiles files,
        ReclaimOptions options,
        CancellationToken cancellationToken
    )
    {
        var checkpoints = await LiveCheckpoints
            .FindAsync(_folder, journal, clock.GetUtcNow() - options.CheckpointTerm, cancellationToken)
            .ConfigureAwait(false);
        var condemned = 0;
        await _folder
            .CommitAsync(
                state =>
                {
                    var draft = Draft("condemn", options);
                    var leftovers = files.Unlisted(state).Where(name => !checkpoints.Names(name));
                    draft.Open.FilesCondemned.Add(
                        leftovers.Select(name => new Format.Log.CondemnedFile { Name = name })
                    );
                    condemned = draft.Open.FilesCondemned.Count;
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        foreach (var old in checkpoints.Ended)
        {
            await _folder.Store.DeleteAsync(old, cancellationToken).ConfigureAwait(false);
        }

        return condemned;
    }

    private async ValueTask<ReclaimReport> DeleteAsync(
        StoredFiles files,
        bool isHeld,
        ReclaimOptions options,
        CancellationToken cancellationToken
    )
    {
        var report = new ReclaimReport();
        var going = new List<CondemnedFile>();
        foreach (var byRecord in CondemnedFile.Of(_folder.State).GroupBy(file => file.Since))
        {
            // Asked also while a reader holds everything back: from the first time on the delay counts.
            var isDue =
                await IsDueAsync(byRecord.Key, options.Delay, cancellationToken).ConfigureAwait(false) && !isHeld;
            foreach (var file in byRecord)
            {
                if (isDue && !options.Protected.Contains(file.Name))
                {
                    going.Add(file);
                }
                else
                {
                    report = Waiting(report, files.SizeOf(file.Name), options.Protected.Contains(file.Name));
                }
            }
        }

        foreach (var file in going.ToArray())
        {
            if (await DeleteAsync(file, cancellationToken).ConfigureAwait(false) is not { } isDeleted)
            {
                going.Remove(file);
                report = Waiting(report, files.SizeOf(file.Name), isProtected: true);
            }
            else if (isDeleted)
            {
                report = report with
                {
                    SegmentsDeleted = report.SegmentsDeleted + (file.Segment is null ? 0 : 1),
                    FilesDeleted = report.FilesDeleted + (file.Segment is null ? 1 : 0),
                    BytesFreed = report.BytesFreed + files.SizeOf(file.Name),
                };
            }
        }

        var after = await PurgeAsync(going, options, cancellationToken).ConfigureAwait(false);
        var oldest = CondemnedFile.Of(after).Min(file => (long?)file.Since) ?? (after.Number + 1);
        await ages.ForgetAsync(_folder.Instance, oldest - 1, cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Deletes a file.</summary>
    /// <returns>False when it was gone already; null when it is protected, and nobody here knew.</returns>
    private async ValueTask<bool?> DeleteAsync(CondemnedFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await _folder.Store.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "store.protected")
        {
            return null;
        }
    }

    private static ReclaimReport Waiting(ReclaimReport report, long bytes, bool isProtected) =>
        report with
        {
            BytesWaiting = report.BytesWaiting + bytes,
            BytesProtected = report.BytesProtected + (isProtected ? bytes : 0),
        };

    private async ValueTask<bool> IsDueAsync(long record, TimeSpan delay, CancellationToken cancellationToken) =>
        delay <= TimeSpan.Zero
        || await ages.MayDeleteAsync(_folder.Instance, record, delay, cancellationToken).ConfigureAwait(false);

    private ValueTask<BackupState> PurgeAsync(
        List<CondemnedFile> gone,
        ReclaimOptions options,
        CancellationToken cancellationToken
    ) =>
        _folder.CommitAsync(
            state =>
            {
                // Another may have purged some of it meanwhile.
                var draft = Draft("reclaim", options);
                foreach (var file in gone)
                {
                    if (file.Segment is { } segment && state.Segments.ContainsKey(segment))
                    {
                        draft.Purge(segment);
                    }
                    else if (file.Segment is null && state.CondemnedFiles.ContainsKey(file.Name))
                    {
                        draft.Open.FilesPurged.Add(file.Name);
                    }
                }

                return draft;
            },
            cancellationToken
        );

    private static RecordDraft Draft(string step, ReclaimOptions options)
    {
        var draft = new RecordDraft(step);
        if (options.Session is { } session)
        {
            draft.Open.Session = ByteString.CopyFrom(session.ToBytes());
        }

        return draft;
    }
}
