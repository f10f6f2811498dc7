using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Json;
using Longhaul.Catalog.Sqlite.Rows;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps what the folders said in the tables of backups and points.</summary>
/// <param name="work">The transaction.</param>
internal sealed class BackupStore(SqliteCatalogWork work) : IBackupCatalog
{
    private const string SelectShort =
        "SELECT RepositoryId, Folder, BackupId, InstanceId, BlockSize, Origin, State, Owner, OwnerName, OwnerServer, "
        + "Encrypted, SizeBytes, LogNumber, ReadAt, ImportedAt, UnverifiedSince, Faults FROM backups";

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
        var row = ToRow(entry, chains);
        var exists = await work
            .Context.Backups.AnyAsync(
                other => other.RepositoryId == row.RepositoryId && other.Folder == row.Folder,
                cancellationToken
            )
            .ConfigureAwait(false);
        await SavePointsAsync(row, chains, cancellationToken).ConfigureAwait(false);
        await work.PutAsync(row, exists, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(
        RepositoryId repository,
        string folder,
        CancellationToken cancellationToken
    )
    {
        work.DemandWritable();
        var key = repository.ToString();
        await work
            .Context.Points.Where(row => row.RepositoryId == key && row.Folder == folder)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        return await work
                .Context.Backups.Where(row => row.RepositoryId == key && row.Folder == folder)
                .ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false) > 0;
    }

    // Only what came and what went is written: a backup of many machines is saved after every run.
    private async ValueTask SavePointsAsync(
        BackupRow backup,
        IReadOnlyList<CachedChain> chains,
        CancellationToken cancellationToken
    )
    {
        var kept = await work
            .Context.Points.Where(row => row.RepositoryId == backup.RepositoryId && row.Folder == backup.Folder)
            .ToDictionaryAsync(row => row.Id, cancellationToken)
            .ConfigureAwait(false);
        foreach (var (chain, point) in chains.SelectMany(chain => chain.Points.Select(point => (chain, point))))
        {
            var id = point.Point.Id.ToString();
            if (!kept.Remove(id))
            {
                work.Context.Points.Add(
                    new PointRow
                    {
                        Id = id,
                        RepositoryId = backup.RepositoryId,
                        Folder = backup.Folder,
                        MachineId = chain.MachineId.ToString(),
                    }
                );
            }
        }

        work.Context.Points.RemoveRange(kept.Values);
        await work.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private static BackupRow ToRow(BackupEntry entry, IReadOnlyList<CachedChain> chains) =>
        new()
        {
            RepositoryId = entry.Repository.ToString(),
            Folder = entry.Folder,
            BackupId = entry.BackupId.ToString(),
            InstanceId = entry.InstanceId.ToString(),
            BlockSize = entry.BlockSize,
            Origin = entry.Origin,
            State = entry.State,
            Owner = entry.Owner?.ToString(),
            OwnerName = entry.OwnerName,
            OwnerServer = entry.OwnerServer,
            Encrypted = entry.Encrypted,
            SizeBytes = entry.SizeBytes,
            LogNumber = entry.LogNumber,
            ReadAt = ColumnText.Time(entry.ReadAt),
            ImportedAt = entry.ImportedAt is { } imported ? ColumnText.Time(imported) : null,
            UnverifiedSince = entry.UnverifiedSince is { } since ? ColumnText.Time(since) : null,
            Faults = ColumnText.Write(entry.Faults, CatalogJsonContext.Default.IReadOnlyListString),
            Chains = ColumnText.Write(chains, CatalogJsonContext.Default.IReadOnlyListCachedChain),
        };

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
            ReadAt = ColumnText.Time(row.GetInt64(13)),
            ImportedAt = ColumnText.OptionalTime(row, 14),
            UnverifiedSince = ColumnText.OptionalTime(row, 15),
            Faults = ColumnText.Read(row.GetString(16), CatalogJsonContext.Default.IReadOnlyListString),
        };
}
