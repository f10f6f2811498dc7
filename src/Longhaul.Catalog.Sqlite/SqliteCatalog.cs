using Longhaul.Core;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite;

/// <summary>A catalog in one SQLite file, <c>catalog.db</c> in the home; several processes may use it at once.</summary>
/// <remarks>
/// <para>The file is made and brought up to this program's schema when it is first opened, under a lock file. Whether
/// that is needed is one read of <c>PRAGMA user_version</c>: the migrator, which takes longer to start than all the rest,
/// is not touched otherwise.</para>
/// <para>Readers see one snapshot (WAL) and never wait; writers take the one write lock when they begin, so that
/// nobody fails halfway.</para>
/// <para>EF Core makes the schema and migrates it. Reading and writing is plain SQL: through EF Core the first of either
/// takes longer than most commands do (docs/decisions/0009-the-catalog-writes-in-sql-too.md).</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class SqliteCatalog : ICatalog
{
    /// <summary>Name of the database file in the home.</summary>
    public const string FileName = "catalog.db";

    private readonly SqliteCatalogOptions _options;
    private readonly CatalogFaults _faults;
    private readonly CatalogSchema _schema;

    /// <summary>Names the catalog of a home; nothing is opened or made yet.</summary>
    /// <param name="options">Where it lies.</param>
    public SqliteCatalog(SqliteCatalogOptions options)
    {
        _options = options;
        Location = Path.Combine(options.Home, FileName);
        _faults = new CatalogFaults(Location);
        _schema = new CatalogSchema(options, Location, ConnectionString);
    }

    /// <inheritdoc/>
    public string Location { get; }

    private string ConnectionString =>
        new SqliteConnectionStringBuilder
        {
            DataSource = Location,
            Mode = SqliteOpenMode.ReadWrite,
            DefaultTimeout = (int)Math.Ceiling(_options.BusyTimeout.TotalSeconds),
        }.ToString();

    /// <inheritdoc/>
    public ValueTask<ICatalogWork> ReadAsync(CancellationToken cancellationToken) =>
        OpenAsync(writable: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ICatalogWork> WriteAsync(CancellationToken cancellationToken) =>
        OpenAsync(writable: true, cancellationToken);

    private async ValueTask<ICatalogWork> OpenAsync(bool writable, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return new SqliteCatalogWork(connection, _options, _faults, writable);
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch (Exception error) when (error is not LonghaulException && _faults.Translate(error) is not null)
        {
            throw _faults.Translate(error)!;
        }
    }

    private async ValueTask<SqliteConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(Location))
        {
            var connection = await CatalogConnection
                .OpenAsync(ConnectionString, _options.BusyTimeout, cancellationToken)
                .ConfigureAwait(false);
            if (_schema.IsCurrent(CatalogConnection.UserVersion(connection)))
            {
                return connection;
            }

            await connection.DisposeAsync().ConfigureAwait(false);
        }

        await _schema.BringUpToDateAsync(cancellationToken).ConfigureAwait(false);
        return await CatalogConnection
            .OpenAsync(ConnectionString, _options.BusyTimeout, cancellationToken)
            .ConfigureAwait(false);
    }
}
