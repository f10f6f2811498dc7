using Longhaul.Catalog.Backups;
using Longhaul.Core;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps remembered log heads in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class LogHeadStore(SqliteCatalogWork work) : ILogHeadCatalog
{
    /// <inheritdoc/>
    public ValueTask<LogHead?> FindAsync(InstanceId instance, CancellationToken cancellationToken) =>
        work.Query.FindAsync(
            "SELECT Number, Hash, KeyGeneration, KeyCheck FROM log_heads WHERE InstanceId = $instance",
            [("$instance", instance.ToString())],
            row => new LogHead(
                instance,
                row.GetInt64(0),
                ReadHash((byte[])row[1]),
                ColumnText.Optional(row, 3) is { } check ? new SeenKey(row.GetInt32(2), check) : null
            ),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask RememberAsync(LogHead head, CancellationToken cancellationToken) =>
        work.PutAsync(
            "log_heads",
            [("InstanceId", head.Instance.ToString())],
            [
                ("Number", head.Number),
                ("Hash", head.Hash.ToBytes()),
                ("KeyGeneration", head.Key?.Generation ?? 0),
                ("KeyCheck", head.Key?.Check),
            ],
            cancellationToken
        );

    private static Digest ReadHash(byte[] bytes) =>
        Digest.TryRead(bytes, out var hash)
            ? hash
            : throw Errors.CatalogDamaged(SqliteCatalog.FileName, new FormatException("A log head has no hash."));
}
