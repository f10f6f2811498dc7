using Longhaul.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite;

/// <summary>Makes the database file, and brings an older one up to this program's schema.</summary>
/// <param name="options">Where it lies.</param>
/// <param name="file">The database file.</param>
/// <param name="connectionString">How to reach it.</param>
/// <remarks>Under an exclusive lock on <c>catalog.lock</c> beside the file: of several processes that find it missing,
/// one makes it and the others wait.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class CatalogSchema(SqliteCatalogOptions options, string file, string connectionString)
{
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether the file can be used as it is.</summary>
    /// <param name="version">The schema version the file carries.</param>
    /// <returns>False when it is older.</returns>
    /// <exception cref="LonghaulException">catalog.newer: it is newer.</exception>
    public bool IsCurrent(long version) =>
        version > CatalogContext.SchemaVersion
            ? throw Errors.CatalogNewer(file, version, CatalogContext.SchemaVersion)
            : version == CatalogContext.SchemaVersion;

    /// <summary>Makes or migrates the database, unless another process did so meanwhile.</summary>
    /// <param name="cancellationToken">Cancels the waiting for the lock.</param>
    /// <exception cref="LonghaulException">catalog.newer, catalog.busy.</exception>
    public async ValueTask BringUpToDateAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Home, OwnerOnlyFile | UnixFileMode.UserExecute);
        var hold = await LockAsync(cancellationToken).ConfigureAwait(false);
        await using (hold.ConfigureAwait(false))
        {
            await OpenOwnFile(file, FileShare.ReadWrite).DisposeAsync().ConfigureAwait(false);
            var connection = await CatalogConnection
                .OpenAsync(connectionString, options.BusyTimeout, cancellationToken)
                .ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                if (!IsCurrent(CatalogConnection.UserVersion(connection)))
                {
                    await MigrateAsync(connection, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static FileStream OpenOwnFile(string path, FileShare share) =>
        new(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = share,
                UnixCreateMode = OwnerOnlyFile,
            }
        );

    private static async ValueTask MigrateAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        CatalogConnection.Execute(connection, "PRAGMA journal_mode = WAL;");

        // A migrator that was killed leaves its lock row behind, and the next one would wait for ever. Whoever holds
        // the lock file is alone, so the row is always a leftover.
        CatalogConnection.Execute(connection, "DROP TABLE IF EXISTS __EFMigrationsLock;");
        var context = new CatalogContext(new DbContextOptionsBuilder<CatalogContext>().UseSqlite(connection).Options);
        await using (context.ConfigureAwait(false))
        {
            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }

        var version = CatalogConnection.UserVersion(connection);
        if (version != CatalogContext.SchemaVersion)
        {
            throw new InvalidOperationException(
                $"The migrations leave user_version {version}, the model is {CatalogContext.SchemaVersion}."
            );
        }
    }

    private async ValueTask<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.Home, "catalog.lock");
        var started = options.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return OpenOwnFile(path, FileShare.None);
            }
            catch (IOException error) when (IsHeldByAnother(error))
            {
                if (options.TimeProvider.GetElapsedTime(started) > options.BusyTimeout)
                {
                    throw Errors.CatalogBusy(file, error);
                }

                await Task.Delay(s_lockPause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // EWOULDBLOCK, as the runtime hands it on when flock is refused; any other error is not a matter of waiting.
    private static bool IsHeldByAnother(IOException error) => error.HResult == 11;
}
