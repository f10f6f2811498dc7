using Longhaul.Catalog.Json;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sqlite.Rows;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps repositories in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class RepositoryStore(SqliteCatalogWork work) : IRepositoryCatalog
{
    private const string SelectAll = "SELECT Id, Name, Location, AddedAt, Traits FROM repositories";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RepositoryEntry>> ListAsync(CancellationToken cancellationToken) =>
        work.Query.ListAsync(SelectAll + " ORDER BY Name", [], Read, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RepositoryEntry?> FindAsync(RepositoryId id, CancellationToken cancellationToken) =>
        work.Query.FindAsync(SelectAll + " WHERE Id = $id", [("$id", id.ToString())], Read, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveAsync(RepositoryEntry entry, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var (key, name) = (entry.Id.ToString(), entry.Name);
        var same = await work
            .Context.Repositories.Where(row => row.Id == key || row.Name == name)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (same.Any(row => row.Id != key))
        {
            throw Errors.RepositoryExists(name);
        }

        var row = new RepositoryRow
        {
            Id = key,
            Name = name,
            Location = entry.Location,
            AddedAt = ColumnText.Time(entry.AddedAt),
            Traits = entry.Traits is null
                ? null
                : ColumnText.Write(entry.Traits, CatalogJsonContext.Default.StoreTraits),
        };
        await work.PutAsync(row, same.Count > 0, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(RepositoryId id, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var key = id.ToString();
        await work
            .Context.Points.Where(row => row.RepositoryId == key)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        await work
            .Context.Backups.Where(row => row.RepositoryId == key)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        return await work
                .Context.Repositories.Where(row => row.Id == key)
                .ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false) > 0;
    }

    private static RepositoryEntry Read(SqliteDataReader row) =>
        new(
            ColumnText.Id<Repository>(row.GetString(0)),
            row.GetString(1),
            row.GetString(2),
            ColumnText.Time(row.GetInt64(3)),
            row.IsDBNull(4) ? null : ColumnText.Read(row.GetString(4), CatalogJsonContext.Default.StoreTraits)
        );
}
