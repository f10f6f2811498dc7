using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Json;
using Longhaul.Catalog.Sqlite.Rows;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps jobs in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class JobStore(SqliteCatalogWork work) : IJobCatalog
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JobDefinition>> ListAsync(CancellationToken cancellationToken) =>
        work.Query.ListAsync("SELECT Definition FROM jobs ORDER BY Name", [], Read, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JobDefinition?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        work.Query.FindAsync(
            "SELECT Definition FROM jobs WHERE Id = $id",
            [("$id", id.ToString())],
            Read,
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask SaveAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var (key, name) = (job.Id.ToString(), job.Name);
        var same = await work
            .Context.Jobs.Where(row => row.Id == key || row.Name == name)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (same.Any(row => row.Id != key))
        {
            throw Errors.JobExists(name);
        }

        var row = new JobRow
        {
            Id = key,
            Name = name,
            Definition = ColumnText.Write(job, CatalogJsonContext.Default.JobDefinition),
        };
        await work.PutAsync(row, same.Count > 0, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(JobId id, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var key = id.ToString();
        await work
            .Context.AnnouncedFulls.Where(row => row.JobId == key)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        return await work
                .Context.Jobs.Where(row => row.Id == key)
                .ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false) > 0;
    }

    private static JobDefinition Read(SqliteDataReader row) =>
        ColumnText.Read(row.GetString(0), CatalogJsonContext.Default.JobDefinition);
}
