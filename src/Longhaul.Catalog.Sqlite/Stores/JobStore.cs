using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Json;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Microsoft.Data.Sqlite;

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
        if (await work.IsTakenAsync("jobs", job.Name, job.Id.ToString(), cancellationToken).ConfigureAwait(false))
        {
            throw Errors.JobExists(job.Name);
        }

        await work.PutAsync(
                "jobs",
                [("Id", job.Id.ToString())],
                [("Name", job.Name), ("Definition", ColumnText.Write(job, CatalogJsonContext.Default.JobDefinition))],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(JobId id, CancellationToken cancellationToken)
    {
        (string, object?)[] key = [("$id", id.ToString())];
        await work.ExecuteAsync("DELETE FROM announced_fulls WHERE JobId = $id", key, cancellationToken)
            .ConfigureAwait(false);
        await work.ExecuteAsync("DELETE FROM kept_passwords WHERE JobId = $id", key, cancellationToken)
            .ConfigureAwait(false);
        return await work.ExecuteAsync("DELETE FROM jobs WHERE Id = $id", key, cancellationToken).ConfigureAwait(false)
            > 0;
    }

    private static JobDefinition Read(SqliteDataReader row) =>
        ColumnText.Read(row.GetString(0), CatalogJsonContext.Default.JobDefinition);
}
