using Longhaul.Format.Descriptors;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Tests.Exploring;

internal static partial class Actors
{
    /// <summary>Writes a segment again without its dead frames, commits that, and deletes what is condemned.</summary>
    internal static Func<SteppedStore, Task> Compactor(SmallBackup backup) =>
        store =>
            RefusedAsync(
                store,
                async () =>
                {
                    using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
                    if (await RewriteAsync(store, folder, backup).ConfigureAwait(false) is not { } written)
                    {
                        return;
                    }

                    await folder
                        .CommitAsync(state => Draft(written, state), CancellationToken.None)
                        .ConfigureAwait(false);
                    await DeleteDeadAsync(folder).ConfigureAwait(false);
                }
            );

    /// <summary>Bad: lists a segment written again without asking whether its file was condemned meanwhile.</summary>
    internal static Func<SteppedStore, Task> RecklessCompactor(SmallBackup backup) =>
        store =>
            RefusedAsync(
                store,
                async () =>
                {
                    using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
                    var before = folder.State;
                    if (await RewriteAsync(store, folder, backup).ConfigureAwait(false) is { } written)
                    {
                        await PutRecklesslyAsync(store, folder, _ => Draft(written, before)).ConfigureAwait(false);
                    }
                }
            );

    private static RecordDraft Draft(RewrittenSegment written, BackupState state)
    {
        var draft = new RecordDraft("compact");
        written.AddTo(draft, state);
        return draft;
    }

    /// <summary>Writes the segment again that is dead in part.</summary>
    /// <returns>Null when it is done already.</returns>
    private static async Task<RewrittenSegment?> RewriteAsync(
        SteppedStore store,
        BackupFolder folder,
        SmallBackup backup
    )
    {
        var files = await ListAsync(store, backup).ConfigureAwait(false);
        var segment = folder.State.Segments.Values.FirstOrDefault(known =>
            known is { Generation: 1, Condemned.Count: > 0, IsDead: false }
        );
        if (segment is null)
        {
            return null;
        }

        var generation = Enumerable
            .Range(segment.Generation + 1, 9)
            .First(next =>
                next > segment.SpentGeneration && !files.Contains(BackupNames.SegmentFile(segment.Id, next))
            );
        return await new SegmentRewriter(folder, new SegmentTables(folder))
            .WriteAsync(segment, generation, CancellationToken.None)
            .ConfigureAwait(false);
    }
}
