using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Sqlite.Rows;
using Longhaul.Core.Machines;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps announced fulls in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class AnnouncedFullStore(SqliteCatalogWork work) : IAnnouncedFullCatalog
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AnnouncedFull>> ListAsync(JobId job, CancellationToken cancellationToken) =>
        work.Query.ListAsync(
            "SELECT MachineId, Reason, Bytes, AnnouncedAt FROM announced_fulls WHERE JobId = $job ORDER BY MachineId",
            [("$job", job.ToString())],
            row => new AnnouncedFull(
                job,
                ColumnText.Id<Machine>(row.GetString(0)),
                row.GetString(1),
                row.IsDBNull(2) ? null : row.GetInt64(2),
                ColumnText.Time(row.GetInt64(3))
            ),
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask AnnounceAsync(AnnouncedFull full, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var row = new AnnouncedFullRow
        {
            JobId = full.Job.ToString(),
            MachineId = full.Machine.ToString(),
            Reason = full.Reason,
            Bytes = full.Bytes,
            AnnouncedAt = ColumnText.Time(full.AnnouncedAt),
        };
        var exists = await work
            .Context.AnnouncedFulls.AnyAsync(
                other => other.JobId == row.JobId && other.MachineId == row.MachineId,
                cancellationToken
            )
            .ConfigureAwait(false);
        await work.PutAsync(row, exists, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask WithdrawAsync(JobId job, MachineId? machine, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var (jobKey, machineKey) = (job.ToString(), machine?.ToString());
        await work
            .Context.AnnouncedFulls.Where(row =>
                row.JobId == jobKey && (machineKey == null || row.MachineId == machineKey)
            )
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
    }
}
