using Longhaul.Catalog.Jobs;
using Longhaul.Core.Machines;

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
    public ValueTask AnnounceAsync(AnnouncedFull full, CancellationToken cancellationToken) =>
        work.PutAsync(
            "announced_fulls",
            [("JobId", full.Job.ToString()), ("MachineId", full.Machine.ToString())],
            [("Reason", full.Reason), ("Bytes", full.Bytes), ("AnnouncedAt", ColumnText.Time(full.AnnouncedAt))],
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask WithdrawAsync(JobId job, MachineId? machine, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
                "DELETE FROM announced_fulls WHERE JobId = $job AND ($machine IS NULL OR MachineId = $machine)",
                [("$job", job.ToString()), ("$machine", machine?.ToString())],
                cancellationToken
            )
            .ConfigureAwait(false);
}
