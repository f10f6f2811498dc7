using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>What may go on at the same time over one backup, each from its first store call to its last.</summary>
/// <remarks>The bad ones at the end each leave out one rule, to show that the explorer notices.</remarks>
internal static partial class Actors
{
    /// <summary>Opens the backup, writes a point and commits it; backup.changed and data.removed are proper ends.</summary>
    internal static Func<SteppedStore, Task> Writer(
        SmallBackup backup,
        MachineId machine,
        int[] contents,
        bool useLeft = false
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
                    await built.CommitAsync(folder).ConfigureAwait(false);
                }
            );
    }

    /// <summary>A writer who has all but the commit behind him: his files are in the backup's start.</summary>
    internal static Func<SteppedStore, Task> PausedWriter(SmallPoint built) =>
        store =>
            RefusedAsync(
                store,
                async () =>
                {
                    store.IsQuiet = true;
                    using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
                    store.IsQuiet = false;
                    await built.CommitAsync(folder).ConfigureAwait(false);
                }
            );

    /// <summary>Removes points as retention does, then deletes what is dead and purges it.</summary>
    internal static Func<SteppedStore, Task> Remover(Func<BackupState, IReadOnlyList<RestorePoint>> decide) =>
        store =>
            RefusedAsync(
                store,
                async () =>
                {
                    using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
                    await RemoveAsync(folder, decide).ConfigureAwait(false);
                    await DeleteDeadAsync(folder).ConfigureAwait(false);
                }
            );

    /// <summary>Condemns what no record lists, deletes it, and purges it.</summary>
    internal static Func<SteppedStore, Task> Reclaimer(SmallBackup backup) =>
        async store =>
        {
            using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
            var files = await ListAsync(store, backup).ConfigureAwait(false);
            await folder
                .CommitAsync(
                    state =>
                    {
                        var draft = new RecordDraft("condemn");
                        var leftovers = files.Where(file => !IsListed(state, file));
                        draft.Open.FilesCondemned.Add(leftovers.Select(file => new CondemnedFile { Name = file }));
                        return draft;
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            await DeleteDeadAsync(folder).ConfigureAwait(false);
        };

    /// <summary>Opens the backup and reads a point; it is whole, or was removed; there may be none.</summary>
    internal static Func<SteppedStore, Task> Reader(SmallBackup backup, Func<BackupState, RestorePoint?> choose) =>
        async store =>
        {
            using var folder = await SmallBackup.OpenAsync(store).ConfigureAwait(false);
            using var frames = new FrameReader(folder);
            if (choose(folder.State) is not { } point)
            {
                return;
            }

            try
            {
                await backup
                    .CheckPointAsync(folder, new PointTables(folder), frames, point, checkCondemned: false)
                    .ConfigureAwait(false);
            }
            catch (LonghaulException error) when (error.Code is "data.removed" or "point.not-found")
            {
                // Only of a point that is gone indeed.
                store.Refusals++;
                await folder.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
                Xunit.Assert.Null(folder.State.FindPoint(point.Id));
            }
        };

    /// <summary>Copies the folder file by file, as a person does with a tool that goes by name: the log comes first.</summary>
    /// <param name="backup">Checks the copy: a whole backup, as old as the copied log.</param>
    /// <param name="folders">The folders in the order they are copied.</param>
    internal static Func<SteppedStore, Task> Carrier(SmallBackup backup, params string[] folders) =>
        async store =>
        {
            var copy = new MemoryObjectStore();
            await CarryAsync(store, copy, BackupNames.Backup).ConfigureAwait(false);
            foreach (var folder in folders)
            {
                await foreach (var file in store.ListAsync(folder, CancellationToken.None).ConfigureAwait(false))
                {
                    await CarryAsync(store, copy, file.Name).ConfigureAwait(false);
                }
            }

            await backup.CheckAsync(copy).ConfigureAwait(false);
        };

    private static async Task CarryAsync(SteppedStore from, MemoryObjectStore to, string name)
    {
        var content = await from.ReadWholeAsync(name, int.MaxValue, CancellationToken.None).ConfigureAwait(false);
        if (content is not null)
        {
            await to.PutIfAbsentAsync(name, content, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task RefusedAsync(SteppedStore store, Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code is "backup.changed" or "data.removed" or "point.not-found")
        {
            // He lost, and knows it.
            store.Refusals++;
        }
    }

    internal static async Task RemoveAsync(
        BackupFolder folder,
        Func<BackupState, IReadOnlyList<RestorePoint>> decide
    ) =>
        await folder
            .CommitPreparedAsync(
                async (state, _) => await RemovalAsync(folder, state, decide).ConfigureAwait(false),
                CancellationToken.None
            )
            .ConfigureAwait(false);

    private static async Task<RecordDraft> RemovalAsync(
        BackupFolder folder,
        BackupState state,
        Func<BackupState, IReadOnlyList<RestorePoint>> decide
    )
    {
        var draft = new RecordDraft("merge");
        var going = decide(state);
        var freed = await new Condemnation(new PointTables(folder), new SegmentTables(folder), state)
            .RemoveAsync(going, CancellationToken.None)
            .ConfigureAwait(false);
        foreach (var machine in going.GroupBy(point => point.MachineId))
        {
            var gone = machine.Select(point => point.Id).ToHashSet();
            var edit = ChainEditor.Remove(state.Machines[machine.Key].Points, gone);
            foreach (var point in edit.Removed)
            {
                draft.Remove(point);
            }

            foreach (var change in edit.Changes)
            {
                draft.Change(edit.Points.First(point => point.Id == change.Point));
            }
        }

        freed.AddTo(draft);
        return draft;
    }

    private static async Task DeleteDeadAsync(BackupFolder folder)
    {
        var dead = folder
            .State.Segments.Values.Where(segment => segment.IsDead)
            .OrderBy(segment => segment.Born)
            .ToArray();
        var files = folder.State.CondemnedFiles.Keys.ToArray();
        foreach (var segment in dead)
        {
            var name = BackupNames.SegmentFile(segment.Id, segment.Generation);
            await folder.Store.DeleteAsync(name, CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var file in files)
        {
            await folder.Store.DeleteAsync(file, CancellationToken.None).ConfigureAwait(false);
        }

        await folder
            .CommitAsync(
                state =>
                {
                    var draft = new RecordDraft("reclaim");
                    foreach (var segment in dead.Where(segment => state.Segments.ContainsKey(segment.Id)))
                    {
                        draft.Purge(segment.Id);
                    }

                    draft.Open.FilesPurged.Add(files.Where(state.CondemnedFiles.ContainsKey));
                    return draft;
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
    }

    /// <summary>All files of the two folders; those that were there from the start first, so that every replay has one order.</summary>
    private static async Task<IReadOnlyList<string>> ListAsync(SteppedStore store, SmallBackup backup)
    {
        var names = new List<string>();
        foreach (var folder in new[] { BackupNames.SegmentsFolder, BackupNames.PointsFolder })
        {
            await foreach (var file in store.ListAsync(folder, CancellationToken.None).ConfigureAwait(false))
            {
                names.Add(file.Name);
            }

            await foreach (var file in store.ListUnfinishedAsync(folder, CancellationToken.None).ConfigureAwait(false))
            {
                names.Add(file.Name);
            }
        }

        return
        [
            .. names
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(backup.Start.Objects.ContainsKey)
                .ThenBy(name => name, StringComparer.Ordinal),
        ];
    }

    private static bool IsListed(BackupState state, string file) =>
        state.CondemnedFiles.ContainsKey(file)
        || state.Segments.Values.Any(segment => BackupNames.SegmentFile(segment.Id, segment.Generation) == file)
        || state.Machines.Values.SelectMany(machine => machine.Tables).Any(table => table.File == file);
}
