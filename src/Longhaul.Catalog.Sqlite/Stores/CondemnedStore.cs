using Longhaul.Catalog.Backups;
using Longhaul.Core.Backups;
using Microsoft.Data.Sqlite;

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

        await work.PutAsync(
                "condemned",
                [("InstanceId", sighting.Instance.ToString()), ("RecordNumber", sighting.RecordNumber)],
                [
                    ("BootId", sighting.BootId),
                    ("BootTime", sighting.BootTime.Ticks),
                    ("SeenAt", ColumnText.Time(sighting.SeenAt)),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        return sighting;
    }

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(InstanceId instance, long throughRecord, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
                "DELETE FROM condemned WHERE InstanceId = $instance AND RecordNumber <= $through",
                [("$instance", instance.ToString()), ("$through", throughRecord)],
                cancellationToken
            )
            .ConfigureAwait(false);

    private static CondemnedSighting Read(SqliteDataReader row) =>
        new(
            ColumnText.Id<Instance>(row.GetString(0)),
            row.GetInt64(1),
            row.GetString(2),
            TimeSpan.FromTicks(row.GetInt64(3)),
            ColumnText.Time(row.GetInt64(4))
        );
}
