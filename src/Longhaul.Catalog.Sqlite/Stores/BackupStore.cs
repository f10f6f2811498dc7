using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Json;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps what the folders said in the tables of backups and points.</summary>
/// <param name="work">The transaction.</param>
internal sealed class BackupStore(SqliteCatalogWork work) : IBackupCatalog
{
    private const string SelectShort =
        "SELECT RepositoryId, Folder, BackupId, InstanceId, BlockSize, Origin, State, Owner, OwnerName, OwnerServer, "
        + "Encrypted, SizeBytes, LogNumber, LogWrittenAt, ReadAt, ImportedAt, UnverifiedSince, Faults FROM backups";

    private const string OfFolder = " WHERE RepositoryId = $repository AND Folder = $folder";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BackupEntry>> ListAsync(
        RepositoryId? repository,
        CancellationToken cancellationToken
    ) =>
        work.Query.ListAsync(
            SelectShort + " WHERE $repository IS NULL OR RepositoryId = $repository ORDER BY Folder, RepositoryId",
            [("$repository", repository?.ToString())],
            Read,
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<BackupEntry?> FindAsync(
        RepositoryId repository,
        string folder,
        CancellationToken cancellationToken
    ) => work.Query.FindAsync(SelectShort + OfFolder, Key(repository, folder), Read, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CachedChain>> GetChainsAsync(
        RepositoryId repository,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var chains = await work
            .Query.FindAsync(
                "SELECT Chains FROM backups" + OfFolder,
                Key(repository, folder),
                row => ColumnText.Read(row.GetString(0), CatalogJsonContext.Default.IReadOnlyListCachedChain),
                cancellationToken
            )
            .ConfigureAwait(false);
        return chains ?? [];
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PointLocation>> FindPointsAsync(
        string prefix,
        int limit,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return work.Query.ListAsync(
            "SELECT Id, RepositoryId, Folder, MachineId FROM points WHERE Id >= $prefix AND Id < $end "
                + "ORDER BY Id, Folder LIMIT $limit",
            [("$prefix", prefix), ("$end", PrefixRange.End(prefix)), ("$limit", limit)],
            row => new PointLocation(
                ColumnText.Id<RestorePoint>(row.GetString(0)),
                ColumnText.Id<Repository>(row.GetString(1)),
                row.GetString(2),
                ColumnText.Id<Machine>(row.GetString(3))
            ),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(
        BackupEntry entry,
        IReadOnlyList<CachedChain> chains,
        CancellationToken cancellationToken
    )
    {
        work.DemandWritable();
        await SavePointsAsync(entry, chains, cancellationToken).ConfigureAwait(false);
        await work.PutAsync(
                "backups",
                [("RepositoryId", entry.Repository.ToString()), ("Folder", entry.Folder)],
                [
                    ("BackupId", entry.BackupId.ToString()),
                    ("InstanceId", entry.InstanceId.ToString()),
                    ("BlockSize", entry.BlockSize),
                    ("Origin", (int)entry.Origin),
                    ("State", (int)entry.State),
                    ("Owner", entry.Owner?.ToString()),
                    ("OwnerName", entry.OwnerName),
                    ("OwnerServer", entry.OwnerServer),
                    ("Encrypted", entry.Encrypted),
                    ("SizeBytes", entry.SizeBytes),
                    ("LogNumber", entry.LogNumber),
                    ("LogWrittenAt", ColumnText.OptionalTime(entry.LogWrittenAt)),
                    ("ReadAt", ColumnText.Time(entry.ReadAt)),
                    ("ImportedAt", ColumnText.OptionalTime(entry.ImportedAt)),
                    ("UnverifiedSince", ColumnText.OptionalTime(entry.UnverifiedSince)),
                    ("Faults", ColumnText.Write(entry.Faults, CatalogJsonContext.Default.IReadOnlyListString)),
                    ("Chains", ColumnText.Write(chains, CatalogJsonContext.Default.IReadOnlyListCachedChain)),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(
        RepositoryId repository,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var key = Key(repository, folder);
        await work.ExecuteAsync("DELETE FROM points" + OfFolder, key, cancellationToken).ConfigureAwait(false);
        return await work.ExecuteAsync("DELETE FROM backups" + OfFolder, key, cancellationToken).ConfigureAwait(false)
            > 0;
    }

    // Only what came and what went is written: a backup of many machines is saved after every run.
    private async ValueTask SavePointsAsync(
        BackupEntry entry,
        IReadOnlyList<CachedChain> chains,
        CancellationToken cancellationToken
    )
    {
        var key = Key(entry.Repository, entry.Folder);
        var kept = await work
            .Query.ListAsync("SELECT Id FROM points" + OfFolder, key, row => row.GetString(0), cancellationToken)
            .ConfigureAwait(false);
        var going = kept.ToHashSet();
        foreach (var chain in chains)
        {
            foreach (var id in chain.Points.Select(point => point.Point.Id.ToString()))
            {
                if (!going.Remove(id))
                {
                    await work.ExecuteAsync(
                            "INSERT INTO points (Id, RepositoryId, Folder, MachineId) "
                                + "VALUES ($id, $repository, $folder, $machine)",
                            [.. key, ("$id", id), ("$machine", chain.MachineId.ToString())],
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                }
            }
        }

        foreach (var id in going)
        {
            await work.ExecuteAsync(
                    "DELETE FROM points" + OfFolder + " AND Id = $id",
                    [.. key, ("$id", id)],
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    private static (string, object?)[] Key(RepositoryId repository, string folder) =>
        [("$repository", repository.ToString()), ("$folder", folder)];

    private static BackupEntry Read(SqliteDataReader row) =>
        new()
        {
            Repository = ColumnText.Id<Repository>(row.GetString(0)),
            Folder = row.GetString(1),
            BackupId = ColumnText.IdOrEmpty<Backup>(row.GetString(2)),
            InstanceId = ColumnText.IdOrEmpty<Instance>(row.GetString(3)),
            BlockSize = row.GetInt32(4),
            Origin = (BackupOrigin)row.GetInt32(5),
            State = (BackupState)row.GetInt32(6),
            Owner = row.IsDBNull(7) ? null : ColumnText.Id<JobDefinition>(row.GetString(7)),
            OwnerName = ColumnText.Optional(row, 8),
            OwnerServer = ColumnText.Optional(row, 9),
            Encrypted = row.GetBoolean(10),
            SizeBytes = row.GetInt64(11),
            LogNumber = row.GetInt64(12),
            LogWrittenAt = ColumnText.OptionalTime(row, 13),
            ReadAt = ColumnText.Time(row.GetInt64(14)),
            ImportedAt = ColumnText.OptionalTime(row, 15),
            UnverifiedSince = ColumnText.OptionalTime(row, 16),
            Faults = ColumnText.Read(row.GetString(17), CatalogJsonContext.Default.IReadOnlyListString),
        };
}
