using Longhaul.Catalog.Passwords;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps sealed passwords in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class KeptPasswordStore(SqliteCatalogWork work) : IKeptPasswordCatalog
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeptPassword>> ListAsync(CancellationToken cancellationToken) =>
        work.Query.ListAsync(
            "SELECT JobId, RepositoryId, BackupId, Sealed, KeptAt FROM kept_passwords",
            [],
            Read,
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask SaveAsync(KeptPassword password, CancellationToken cancellationToken) =>
        work.PutAsync(
            "kept_passwords",
            Key(password.For),
            [("Sealed", password.Sealed.ToArray()), ("KeptAt", ColumnText.Time(password.KeptAt))],
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(KeptFor what, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
                "DELETE FROM kept_passwords WHERE JobId = $JobId AND RepositoryId = $RepositoryId AND BackupId = $BackupId",
                [.. Key(what).Select(column => ("$" + column.Column, column.Value))],
                cancellationToken
            )
            .ConfigureAwait(false) > 0;

    private static (string Column, object? Value)[] Key(KeptFor what) =>
        [
            ("JobId", what.Job?.ToString() ?? ""),
            ("RepositoryId", what.Repository?.ToString() ?? ""),
            ("BackupId", what.Backup?.ToString() ?? ""),
        ];

    private static KeptPassword Read(SqliteDataReader row) =>
        new(
            row.GetString(0) is { Length: > 0 } job
                ? KeptFor.OfJob(ColumnText.Id<JobDefinition>(job))
                : KeptFor.OfBackup(
                    ColumnText.Id<Repository>(row.GetString(1)),
                    ColumnText.Id<Backup>(row.GetString(2))
                ),
            (byte[])row[3],
            ColumnText.Time(row.GetInt64(4))
        );
}
