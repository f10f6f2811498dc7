using Longhaul.Core.Backups;
using Longhaul.Format.Log;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Tests.Exploring;

internal static partial class Actors
{
    /// <summary>Bad: commits without asking what was condemned since.</summary>
    internal static Func<SteppedStore, Task> RecklessWriter(
        SmallBackup backup,
        MachineId machine,
        int[] contents,
        bool useLeft
    )
    {
        var ids = NewIds.Make();
        return store =>
            RefusedAsync(
                store,
                async () =>
                {
                    using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
                    var built = await SmallPoint
                        .BuildAsync(folder, machine, contents, backup, useLeft, ids)
                        .ConfigureAwait(false);
                    await PutRecklesslyAsync(store, folder, state => built.Draft(folder, state)).ConfigureAwait(false);
                }
            );
    }

    /// <summary>Bad: keeps the real check of frames and files, and does not look which point is the newest.</summary>
    internal static Func<SteppedStore, Task> ChainBlindWriter(SmallBackup backup, int[] contents)
    {
        var ids = NewIds.Make();
        return store =>
            RefusedAsync(
                store,
                async () =>
                {
                    using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
                    var built = await SmallPoint
                        .BuildAsync(folder, backup.First, contents, backup, false, ids)
                        .ConfigureAwait(false);
                    await folder.CommitAsync(built.Draft, CancellationToken.None).ConfigureAwait(false);
                }
            );
    }

    /// <summary>Bad: what it worked out against one state it commits upon whatever came since.</summary>
    internal static Func<SteppedStore, Task> StaleRemover(Func<BackupState, IReadOnlyList<RestorePoint>> decide) =>
        store =>
            RefusedAsync(
                store,
                async () =>
                {
                    using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
                    var draft = await RemovalAsync(folder, folder.State, decide).ConfigureAwait(false);
                    await folder.CommitAsync(_ => draft, CancellationToken.None).ConfigureAwait(false);
                }
            );

    /// <summary>Bad: deletes what no record lists without condemning it by name first.</summary>
    internal static Func<SteppedStore, Task> HastyReclaimer(SmallBackup backup) =>
        async store =>
        {
            using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
            foreach (var file in await ListAsync(store, backup).ConfigureAwait(false))
            {
                await folder.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
                if (!IsListed(folder.State, file))
                {
                    await store.DeleteAsync(file, CancellationToken.None).ConfigureAwait(false);
                }
            }
        };

    private static async Task PutRecklesslyAsync(
        SteppedStore store,
        BackupFolder folder,
        Func<BackupState, RecordDraft> prepare
    )
    {
        var log = new BackupLog(store);
        var state = folder.State;
        while (true)
        {
            var draft = prepare(state);
            draft.Open.Number = (ulong)(state.Number + 1);
            draft.Open.Previous = Google.Protobuf.ByteString.CopyFrom(state.Head.ToBytes());
            if (
                await log.PutAsync(draft.Open, draft.SealedPart, keys: null, CancellationToken.None)
                    .ConfigureAwait(false)
                is not null
            )
            {
                return;
            }

            foreach (
                var entry in await log.ReadOnAsync(state.Number, state.Head, CancellationToken.None)
                    .ConfigureAwait(false)
            )
            {
                state = StateFold.Apply(
                    state,
                    entry.Open,
                    entry.SealedPart,
                    entry.Hash,
                    RecordCodec.RecordName(entry.Number)
                );
            }
        }
    }
}
