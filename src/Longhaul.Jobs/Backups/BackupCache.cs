using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.State;
using CachedState = Longhaul.Catalog.Backups.BackupState;

namespace Longhaul.Jobs.Backups;

/// <summary>Keeps the catalog's cache of backups as their folders say.</summary>
/// <param name="catalog">The catalog.</param>
/// <param name="clock">For when a folder was read.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class BackupCache(ICatalog catalog, TimeProvider clock)
{
    /// <summary>Remembers what a folder says.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="arrived">Whether a rescan has found it: until a job adopts it, it is imported, and not verified.</param>
    /// <param name="faults">What of it is missing or damaged, empty for nothing; null when nobody looked: what is known
    /// stays.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The entry as it is now.</returns>
    public async ValueTask<BackupEntry> SaveAsync(
        OpenBackup backup,
        bool arrived,
        IReadOnlyList<string>? faults,
        CancellationToken cancellationToken
    )
    {
        var chains = new List<CachedChain>();
        var sizes = new PointSizes(backup.Tables, backup.Frames.Tables, backup.Folder.State);
        foreach (var machine in backup.Folder.State.Machines.Values)
        {
            var freed = await sizes.OfAsync(machine, cancellationToken).ConfigureAwait(false);
            chains.Add(Chain(backup, machine, freed));
        }

        // A folder that went back is still not the one seen last because somebody looked at it.
        var isAsSeen = await FindContradictionAsync(backup, cancellationToken).ConfigureAwait(false) is null;
        var work = await catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var known = await work
            .Backups.FindAsync(backup.Repository, backup.Folder.Name, cancellationToken)
            .ConfigureAwait(false);
        var seen = await work.LogHeads.FindAsync(backup.Folder.Instance, cancellationToken).ConfigureAwait(false);
        var number = backup.Folder.State.Number;
        if (isAsSeen && backup.Folder.IsAtHome && seen?.Number > number && known?.LogNumber > number)
        {
            // A run has gone on, and remembered it, since this process read the log.
            return known;
        }

        if (
            known is null
            && await FindRenamedAsync(work, backup, cancellationToken).ConfigureAwait(false) is { } renamed
        )
        {
            known = renamed with { Faults = [] };
        }

        var entry = Entry(backup, known, arrived, faults is null ? known?.Faults ?? [] : Shortened(faults));
        await work.Backups.SaveAsync(entry, chains, cancellationToken).ConfigureAwait(false);
        if (isAsSeen)
        {
            await RememberAsync(work, backup, seen?.Key, cancellationToken).ConfigureAwait(false);
        }

        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        return entry;
    }

    /// <summary>What is known under its former name of a folder that was renamed, and that no rescan has seen since: that it
    /// awaits verification is still so.</summary>
    private static async ValueTask<BackupEntry?> FindRenamedAsync(
        ICatalogWork work,
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        var all = await work.Backups.ListAsync(backup.Repository, cancellationToken).ConfigureAwait(false);
        var same = all.Where(entry => entry.InstanceId == backup.Folder.Instance).ToArray();
        return same is [{ UnverifiedSince: not null } one] ? one : null;
    }

    /// <summary>Remembers that a folder is a backup that cannot be read: it is shown, judged and deleted by its name.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder's name.</param>
    /// <param name="fault">Why it cannot be read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask SaveUnreadableAsync(
        RepositoryId repository,
        string folder,
        string fault,
        CancellationToken cancellationToken
    )
    {
        var work = await catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var known = await work.Backups.FindAsync(repository, folder, cancellationToken).ConfigureAwait(false);
        var chains = await work.Backups.GetChainsAsync(repository, folder, cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var entry =
            known
            ?? new BackupEntry
            {
                Repository = repository,
                Folder = folder,
                BackupId = default,
                InstanceId = default,
                BlockSize = 0,
                Origin = Core.Backups.BackupOrigin.Backup,
                State = CachedState.Incomplete,
                ImportedAt = now,
                UnverifiedSince = now,
            };
        await work
            .Backups.SaveAsync(
                entry with
                {
                    State = CachedState.Incomplete,
                    ReadAt = now,
                    Faults = [fault],
                },
                chains,
                cancellationToken
            )
            .ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Catches up with a folder that went on since it was remembered: a run that was killed after its commit,
    /// or another installation.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The entry as it is now.</returns>
    public async ValueTask<BackupEntry> CatchUpAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        BackupEntry? known;
        var work = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            known = await work
                .Backups.FindAsync(backup.Repository, backup.Folder.Name, cancellationToken)
                .ConfigureAwait(false);
        }

        return known?.LogNumber == backup.Folder.State.Number && known.InstanceId == backup.Folder.Instance
            ? known
            : await SaveAsync(backup, arrived: false, faults: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops a run when a folder is not the one that was seen last.</summary>
    /// <param name="backup">The backup as it lies there now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.rolled-back, backup.forked, backup.older-key: a person has to
    /// decide.</exception>
    public async ValueTask CheckHistoryAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        if (await FindContradictionAsync(backup, cancellationToken).ConfigureAwait(false) is { } contradiction)
        {
            throw contradiction;
        }
    }

    /// <summary>Takes a folder as it is, whatever was seen of it before: a person has decided.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask AcceptAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var work = await catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await RememberAsync(work, backup, seen: null, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Remembers that every stored block of a backup was read and found good.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask MarkVerifiedAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var work = await catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var entry =
            await work.Backups.FindAsync(backup.Repository, backup.Folder.Name, cancellationToken).ConfigureAwait(false)
            ?? await FindRenamedAsync(work, backup, cancellationToken).ConfigureAwait(false);
        if (entry?.UnverifiedSince is null)
        {
            return;
        }

        var chains = await work
            .Backups.GetChainsAsync(entry.Repository, entry.Folder, cancellationToken)
            .ConfigureAwait(false);
        await work
            .Backups.SaveAsync(entry with { UnverifiedSince = null }, chains, cancellationToken)
            .ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <param name="work">The transaction.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="seen">The list key that stays in memory where the backup is locked.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    private static async ValueTask RememberAsync(
        ICatalogWork work,
        OpenBackup backup,
        SeenKey? seen,
        CancellationToken cancellationToken
    )
    {
        // A carried copy has the instance of the original, whose history is remembered, until somebody continues it.
        if (backup.Folder.IsAtHome)
        {
            var (folder, state) = (backup.Folder, backup.Folder.State);
            var key = folder.Keys?.Find(state.KeyList?.Generation ?? 0);
            var head = new LogHead(
                folder.Instance,
                state.Number,
                state.Head,
                key is null ? seen : new SeenKey(key.Generation, key.Check)
            );
            await work.LogHeads.RememberAsync(head, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How a folder contradicts what was seen of it.</summary>
    /// <param name="backup">The backup as it lies there now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>backup.rolled-back, backup.forked, backup.older-key; null when it goes on from there, or is a carried
    /// copy.</returns>
    public async ValueTask<LonghaulException?> FindContradictionAsync(
        OpenBackup backup,
        CancellationToken cancellationToken
    ) => backup.Folder.IsAtHome ? await CompareWithSeenAsync(backup, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>How a folder contradicts what was seen of its instance, wherever it lies: for one that was moved as a whole,
    /// and is no copy.</summary>
    /// <param name="backup">The backup as it lies there now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>backup.rolled-back, backup.forked, backup.older-key; null when it goes on from there, or was never seen.</returns>
    internal async ValueTask<LonghaulException?> CompareWithSeenAsync(
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        LogHead? seen;
        var work = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            seen = await work.LogHeads.FindAsync(backup.Folder.Instance, cancellationToken).ConfigureAwait(false);
        }

        if (seen is null)
        {
            return null;
        }

        if (backup.Folder.State.Number < seen.Number)
        {
            // Another process may have gone on, and remembered it, since this one has read the log.
            await backup.Folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        var found = backup.Folder.State.Number;
        if (found < seen.Number)
        {
            return Errors.BackupRolledBack(backup.Folder.Name, seen.Number, found);
        }

        var hash = await backup.Folder.HashOfAsync(seen.Number, cancellationToken).ConfigureAwait(false);
        return hash == seen.Hash
            ? FindOlderKey(backup.Folder, seen.Key)
            : Errors.BackupForked(backup.Folder.Name, seen.Number);
    }

    /// <summary>Whoever knows a password that was taken away could still put a record under the list key it opened, or make a
    /// list that it opens: what he cannot have is the list key that was seen later.</summary>
    private static LonghaulException? FindOlderKey(BackupFolder folder, SeenKey? seen)
    {
        var found = folder.State.KeyList?.Generation ?? 0;
        var isOlder =
            seen is not null
            && (
                found < seen.Generation
                || (folder.Keys?.Find(found) is not null && folder.Keys.Find(seen.Generation)?.Check != seen.Check)
            );
        return isOlder ? Errors.BackupOlderKey(folder.Name, seen!.Generation, found) : null;
    }

    /// <summary>A machine's chain; of an encrypted backup only what is readable in its folder without a key.</summary>
    private static CachedChain Chain(OpenBackup backup, MachineState machine, IReadOnlyList<long> freed)
    {
        var isEncrypted = backup.Folder.State.KeyList is not null;
        var points = machine.Points.Select(point => isEncrypted ? point with { Root = default, Disks = [] } : point);
        return new CachedChain(
            machine.Id,
            isEncrypted ? null : machine.Name,
            [.. points.Zip(freed, (point, bytes) => new CachedPoint(point, bytes))]
        );
    }

    /// <summary>What is kept of a long list: enough to see what is the matter. A rescan names each file.</summary>
    private static IReadOnlyList<string> Shortened(IReadOnlyList<string> faults)
    {
        const int Most = 100;
        return faults.Count <= Most ? faults : [.. faults.Take(Most), $"and {faults.Count - Most} more"];
    }

    private BackupEntry Entry(OpenBackup backup, BackupEntry? known, bool arrived, IReadOnlyList<string> faults)
    {
        var state = backup.Folder.State;
        var owner = state.OwnerIn(backup.Repository);
        var now = clock.GetUtcNow();
        var importedAt = owner is null ? known?.ImportedAt ?? (arrived ? now : null) : null;
        return new BackupEntry
        {
            Repository = backup.Repository,
            Folder = backup.Folder.Name,
            BackupId = backup.Folder.Descriptor.Id,
            InstanceId = backup.Folder.Instance,
            BlockSize = backup.Folder.Descriptor.BlockSize,
            Origin = state.Origin,
            Encrypted = state.KeyList is not null,
            State = 0 switch
            {
                _ when faults.Count > 0 => CachedState.Incomplete,
                _ when owner is not null => CachedState.Owned,
                _ when backup.Folder.IsLocked => CachedState.Locked,
                _ when importedAt is not null => CachedState.Imported,
                _ => CachedState.Ownerless,
            },
            Owner = owner?.Job,
            OwnerName = owner?.DisplayName,
            OwnerServer = owner?.Server,
            SizeBytes =
                state.Segments.Values.Sum(segment => segment.Size)
                + state.Machines.Values.Sum(machine => machine.Tables.Sum(table => table.Size)),
            LogNumber = state.Number,
            LogWrittenAt = state.WrittenAt,
            ReadAt = now,
            ImportedAt = importedAt,
            UnverifiedSince = known is null ? (arrived ? now : null) : known.UnverifiedSince,
            Faults = faults,
        };
    }
}
