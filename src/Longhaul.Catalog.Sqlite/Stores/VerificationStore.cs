using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Json;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps what was verified in its table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class VerificationStore(SqliteCatalogWork work) : IVerificationCatalog
{
    private const string OfBackup = " WHERE InstanceId = $instance AND RepositoryId = $repository";

    /// <inheritdoc/>
    public async ValueTask<SegmentChecks> GetAsync(
        InstanceId instance,
        RepositoryId repository,
        CancellationToken cancellationToken
    ) =>
        await work
            .Query.FindAsync(
                "SELECT Contents, Checksums FROM verifications" + OfBackup,
                Key(instance, repository),
                row => new SegmentChecks(
                    ColumnText.Read(row.GetString(0), CatalogJsonContext.Default.IReadOnlyListSegmentCheck),
                    ColumnText.Read(row.GetString(1), CatalogJsonContext.Default.IReadOnlyListSegmentCheck)
                ),
                cancellationToken
            )
            .ConfigureAwait(false)
        ?? SegmentChecks.None;

    /// <inheritdoc/>
    public ValueTask SaveAsync(
        InstanceId instance,
        RepositoryId repository,
        SegmentChecks checks,
        CancellationToken cancellationToken
    ) =>
        work.PutAsync(
            "verifications",
            [("InstanceId", instance.ToString()), ("RepositoryId", repository.ToString())],
            [
                ("Contents", ColumnText.Write(checks.Contents, CatalogJsonContext.Default.IReadOnlyListSegmentCheck)),
                ("Checksums", ColumnText.Write(checks.Checksums, CatalogJsonContext.Default.IReadOnlyListSegmentCheck)),
            ],
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(
        InstanceId instance,
        RepositoryId repository,
        CancellationToken cancellationToken
    ) =>
        await work.ExecuteAsync("DELETE FROM verifications" + OfBackup, Key(instance, repository), cancellationToken)
            .ConfigureAwait(false);

    private static (string, object?)[] Key(InstanceId instance, RepositoryId repository) =>
        [("$instance", instance.ToString()), ("$repository", repository.ToString())];
}
