using Longhaul.Catalog.Json;
using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Microsoft.Data.Sqlite;

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
        if (
            await work.IsTakenAsync("repositories", entry.Name, entry.Id.ToString(), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            throw Errors.RepositoryExists(entry.Name);
        }

        await work.PutAsync(
                "repositories",
                [("Id", entry.Id.ToString())],
                [
                    ("Name", entry.Name),
                    ("Location", entry.Location),
                    ("AddedAt", ColumnText.Time(entry.AddedAt)),
                    (
                        "Traits",
                        entry.Traits is null
                            ? null
                            : ColumnText.Write(entry.Traits, CatalogJsonContext.Default.StoreTraits)
                    ),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(RepositoryId id, CancellationToken cancellationToken)
    {
        (string, object?)[] key = [("$id", id.ToString())];
        await work.ExecuteAsync("DELETE FROM points WHERE RepositoryId = $id", key, cancellationToken)
            .ConfigureAwait(false);
        await work.ExecuteAsync("DELETE FROM backups WHERE RepositoryId = $id", key, cancellationToken)
            .ConfigureAwait(false);
        await work.ExecuteAsync("DELETE FROM kept_passwords WHERE RepositoryId = $id", key, cancellationToken)
            .ConfigureAwait(false);
        return await work.ExecuteAsync("DELETE FROM repositories WHERE Id = $id", key, cancellationToken)
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
