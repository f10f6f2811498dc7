using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Machines;
using Longhaul.Catalog.Passwords;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Catalog.Sqlite.Stores;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite;

/// <summary>One transaction on the database, with the ports that work inside it.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SqliteCatalogWork : ICatalogWork
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly CatalogFaults _faults;
    private readonly bool _writable;
    private bool _committed;

    /// <summary>Begins a transaction.</summary>
    /// <param name="connection">An open connection; belongs to the work when the constructor returns.</param>
    /// <param name="options">For the trace.</param>
    /// <param name="faults">Translates errors.</param>
    /// <param name="writable">Whether to take the write lock.</param>
    public SqliteCatalogWork(
        SqliteConnection connection,
        SqliteCatalogOptions options,
        CatalogFaults faults,
        bool writable
    )
    {
        _connection = connection;
        _transaction = connection.BeginTransaction(deferred: !writable);
        _faults = faults;
        _writable = writable;
        Query = new CatalogQuery(connection, () => _committed ? null : _transaction, faults, options.Trace);
        Repositories = new RepositoryStore(this);
        Machines = new MachineStore(this);
        Jobs = new JobStore(this);
        Sessions = new SessionStore(this);
        Backups = new BackupStore(this);
        AnnouncedFulls = new AnnouncedFullStore(this);
        LogHeads = new LogHeadStore(this);
        Condemned = new CondemnedStore(this);
        Verifications = new VerificationStore(this);
        KeptPasswords = new KeptPasswordStore(this);
    }

    /// <inheritdoc/>
    public IRepositoryCatalog Repositories { get; }

    /// <inheritdoc/>
    public IMachineCatalog Machines { get; }

    /// <inheritdoc/>
    public IJobCatalog Jobs { get; }

    /// <inheritdoc/>
    public ISessionCatalog Sessions { get; }

    /// <inheritdoc/>
    public IBackupCatalog Backups { get; }

    /// <inheritdoc/>
    public IAnnouncedFullCatalog AnnouncedFulls { get; }

    /// <inheritdoc/>
    public ILogHeadCatalog LogHeads { get; }

    /// <inheritdoc/>
    public ICondemnedCatalog Condemned { get; }

    /// <inheritdoc/>
    public IVerificationCatalog Verifications { get; }

    /// <inheritdoc/>
    public IKeptPasswordCatalog KeptPasswords { get; }

    /// <summary>Reads, inside the transaction.</summary>
    internal CatalogQuery Query { get; }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        DemandWritable();
        try
        {
            await _transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException error) when (_faults.Translate(error) is not null)
        {
            throw _faults.Translate(error)!;
        }

        _committed = true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Checks that something may be changed.</summary>
    /// <exception cref="InvalidOperationException">Opened for reading, or committed before.</exception>
    internal void DemandWritable()
    {
        if (!_writable || _committed)
        {
            throw new InvalidOperationException("This view of the catalog is read-only, or committed already.");
        }
    }

    /// <summary>Whether another row of a table has a name.</summary>
    /// <param name="table">A table with the columns Id and Name.</param>
    /// <param name="name">The name.</param>
    /// <param name="id">The row that may have it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<bool> IsTakenAsync(
        string table,
        string name,
        string id,
        CancellationToken cancellationToken
    ) =>
        await Query
            .FindAsync(
                $"SELECT Id FROM {table} WHERE Name = $name AND Id <> $id",
                [("$name", name), ("$id", id)],
                row => row.GetString(0),
                cancellationToken
            )
            .ConfigureAwait(false)
            is not null;

    /// <summary>Adds a row, or changes the one with its key.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns of its key, and their values.</param>
    /// <param name="values">All other columns, and their values; null is SQL's.</param>
    /// <param name="cancellationToken">Cancels the call before it begins.</param>
    /// <exception cref="Core.LonghaulException">catalog.busy, catalog.damaged, catalog.unreachable.</exception>
    internal async ValueTask PutAsync(
        string table,
        IReadOnlyList<(string Column, object? Value)> key,
        IReadOnlyList<(string Column, object? Value)> values,
        CancellationToken cancellationToken
    )
    {
        (string Column, object? Value)[] all = [.. key, .. values];
        await ExecuteAsync(
                $"INSERT INTO {table} ({Join(all, column => column)}) VALUES ({Join(all, column => "$" + column)}) "
                    + $"ON CONFLICT ({Join(key, column => column)}) "
                    + $"DO UPDATE SET {Join(values, column => $"{column} = excluded.{column}")}",
                [.. all.Select(item => ("$" + item.Column, item.Value))],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Runs a statement that changes rows, inside the transaction.</summary>
    /// <inheritdoc cref="CatalogQuery.ExecuteAsync"/>
    internal ValueTask<int> ExecuteAsync(
        string sql,
        IReadOnlyList<(string Name, object? Value)> parameters,
        CancellationToken cancellationToken
    )
    {
        DemandWritable();
        return Query.ExecuteAsync(sql, parameters, cancellationToken);
    }

    private static string Join(IEnumerable<(string Column, object? Value)> columns, Func<string, string> text) =>
        string.Join(", ", columns.Select(item => text(item.Column)));
}
