using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Sqlite.Rows;
using Longhaul.Core.Backups;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps first sightings of condemning records in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class CondemnedStore(SqliteCatalogWork work) : ICondemnedCatalog
{
    private const string SelectAll = "SELECT InstanceId, RecordNumber, BootId, BootTime, SeenAt FROM condemned";

    /// <inheritdoc/>
    public async ValueTask<CondemnedSighting> SeeAsync(CondemnedSighting sighting, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var first = await work
            .Query.FindAsync(
                SelectAll + " WHERE InstanceId = $instance AND RecordNumber = $record",
                [("$instance", sighting.Instance.ToString()), ("$record", sighting.RecordNumber)],
                Read,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (first is not null)
        {
            return first;
        }

        var row = new CondemnedRow
        {
            InstanceId = sighting.Instance.ToString(),
            RecordNumber = sighting.RecordNumber,
            BootId = sighting.BootId,
            BootTime = sighting.BootTime.Ticks,
            SeenAt = ColumnText.Time(sighting.SeenAt),
        };
        await work.PutAsync(row, exists: false, cancellationToken).ConfigureAwait(false);
        return sighting;
    }

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(InstanceId instance, long throughRecord, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var key = instance.ToString();
        await work
            .Context.Condemned.Where(row => row.InstanceId == key && row.RecordNumber <= throughRecord)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    private static CondemnedSighting Read(SqliteDataReader row) =>
        new(
            ColumnText.Id<Instance>(row.GetString(0)),
            row.GetInt64(1),
            row.GetString(2),
            TimeSpan.FromTicks(row.GetInt64(3)),
            ColumnText.Time(row.GetInt64(4))
        );
}
