using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Machines;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Catalog.Sqlite.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Longhaul.Catalog.Sqlite;

/// <summary>One transaction on the database, with the ports that work inside it.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SqliteCatalogWork : ICatalogWork
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteCatalogOptions _options;
    private readonly CatalogFaults _faults;
    private readonly bool _writable;
    private CatalogContext? _context;
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
        _options = options;
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

    /// <summary>Reads, inside the transaction.</summary>
    internal CatalogQuery Query { get; }

    /// <summary>Writes, inside the transaction; made when it is first needed. Does not track what it reads.</summary>
    internal CatalogContext Context => _context ??= NewContext();

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
        if (_context is not null)
        {
            await _context.DisposeAsync().ConfigureAwait(false);
        }

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

    /// <summary>Adds a row, or changes the one with its key.</summary>
    /// <typeparam name="TRow">A row of the model.</typeparam>
    /// <param name="row">The row.</param>
    /// <param name="exists">Whether there is one with its key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask PutAsync<TRow>(TRow row, bool exists, CancellationToken cancellationToken)
        where TRow : class
    {
        Context.Entry(row).State = exists ? EntityState.Modified : EntityState.Added;
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends tracked changes to the database, inside the transaction.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        DemandWritable();
        try
        {
            await Context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException error) when (_faults.Translate(error) is not null)
        {
            throw _faults.Translate(error)!;
        }
        finally
        {
            Context.ChangeTracker.Clear();
        }
    }

    private CatalogContext NewContext()
    {
        DemandWritable();
        var builder = new DbContextOptionsBuilder<CatalogContext>()
            .UseSqlite(_connection)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(_faults);
        if (_options.Trace is { } trace)
        {
            builder.LogTo(trace, LogLevel.Information);
        }

        var context = new CatalogContext(builder.Options);
        context.Database.UseTransaction(_transaction);
        return context;
    }
}
