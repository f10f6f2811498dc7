using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Passwords;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Leases;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Repositories;

/// <summary>What every service of this project works with: the catalog, the home, the clock, and the repositories.</summary>
/// <param name="catalog">The catalog.</param>
/// <param name="home">The installation's home.</param>
/// <param name="clock">The clock.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class Workplace(ICatalog catalog, LonghaulHome home, TimeProvider clock)
{
    /// <summary>The catalog.</summary>
    public ICatalog Catalog => catalog;

    /// <summary>The installation's home.</summary>
    public LonghaulHome Home => home;

    /// <summary>The clock.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Time since the machine was started; for leases and the reclaim delay.</summary>
    public IBootClock BootClock { get; init; } = new BootClock();

    /// <summary>Finds the stores in which repositories lie.</summary>
    public IRepositoryOpener Opener { get; init; } = new DirectoryOpener();

    /// <summary>The passwords that were given, and those that are kept.</summary>
    public Keyring Keyring { get; init; } = new();

    /// <summary>What this installation has seen of other people's leases.</summary>
    public ILeaseMemory LeaseMemory { get; } = new FileLeaseMemory(home.Leases);

    /// <summary>The sender's memory of its checkpoints.</summary>
    public IRunJournal Journal { get; } = new FileRunJournal(home.Journal);

    /// <summary>Tables of copies, kept at the sender.</summary>
    public TableCache Tables { get; } = new(home.Tables, clock);

    /// <summary>The cache of what folders say.</summary>
    public BackupCache Cache { get; } = new(catalog, clock);

    /// <summary>What was verified of which backup.</summary>
    public VerificationBook Verifications { get; } = new(catalog, clock);

    /// <summary>Opens a repository.</summary>
    /// <param name="id">The repository.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">repository.not-found, store.unreachable.</exception>
    public async ValueTask<OpenRepository> OpenRepositoryAsync(RepositoryId id, CancellationToken cancellationToken)
    {
        RepositoryEntry? entry;
        var work = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            entry = await work.Repositories.FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (Keyring.Kept is null)
            {
                Keyring.Know(await KeptPasswords.ReadAsync(work, home, cancellationToken).ConfigureAwait(false));
            }
        }

        var known = entry ?? throw Errors.RepositoryNotFound(id.ToString());
        var place = await Opener.OpenAsync(known, cancellationToken).ConfigureAwait(false);
        return await OpenRepository.OpenAsync(known, place, Keyring, clock, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a place to make a seed in, which becomes a repository that no catalog knows.</summary>
    /// <param name="path">Absolute path; made with its parents when it is missing.</param>
    /// <param name="segmentSize">The size at which segments are sealed there, in bytes.</param>
    /// <param name="cancellationToken">Cancels the call; the place may then be there.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported; store errors.</exception>
    internal async Task<OpenRepository> OpenSeedPlaceAsync(
        string path,
        long segmentSize,
        CancellationToken cancellationToken
    )
    {
        if (Keyring.Kept is null)
        {
            var work = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
            await using var owned = work.ConfigureAwait(false);
            Keyring.Know(await KeptPasswords.ReadAsync(work, home, cancellationToken).ConfigureAwait(false));
        }

        return await OpenRepository
            .OpenOrMakeAsync(path, segmentSize, Keyring, clock, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Opens a backup the catalog knows.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="LonghaulException">backup.not-found: its folder is gone; store and data errors.</exception>
    public ValueTask<OpenBackup> OpenBackupAsync(BackupEntry entry, CancellationToken cancellationToken) =>
        OpenBackupAsync(entry, wire: null, cancellationToken);

    /// <summary>Opens a backup the catalog knows, and counts what is read of it.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="wire">The way to it; null where nothing is counted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="LonghaulException">backup.not-found: its folder is gone; store and data errors.</exception>
    public async ValueTask<OpenBackup> OpenBackupAsync(
        BackupEntry entry,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        var repository = await OpenRepositoryAsync(entry.Repository, cancellationToken).ConfigureAwait(false);
        return await repository.OpenBackupAsync(entry.Folder, wire, cancellationToken).ConfigureAwait(false)
            ?? throw Errors.BackupNotFound(entry.Folder);
    }

    /// <summary>Opens a backup to read one of its points: also with a password that was changed or taken away after the point
    /// was made.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="point">The point.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="LonghaulException">backup.locked: only older points can be read with what was given; and what
    /// <see cref="OpenBackupAsync(BackupEntry, CancellationToken)"/> throws.</exception>
    public async ValueTask<OpenBackup> OpenForReadingAsync(
        BackupEntry entry,
        PointId point,
        CancellationToken cancellationToken
    )
    {
        var backup = await OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
        try
        {
            var isOlder = await backup
                .Folder.OpenOlderAsync(list => Keyring.Open(list, entry.Repository), cancellationToken)
                .ConfigureAwait(false);
            return isOlder && backup.Folder.State.FindPoint(point) is null
                ? throw Errors.BackupLocked($"point {point}", backup.Folder.Hints, backup.Folder.LockedRemark)
                : backup;
        }
        catch
        {
            backup.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that nobody else is writing to a backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.busy: names the holder.</exception>
    public async ValueTask RefuseBusyAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var observer = new LeaseObserver(backup.Folder.Store, BootClock, LeaseMemory);
        await observer.ClearDeadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var lease in await observer.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (lease.Holds(LeasePurpose.Writer))
            {
                throw Errors.BackupBusy(
                    backup.Folder.Name,
                    lease.Holder?.Who ?? "another process",
                    lease.Holder?.SinceAt
                );
            }
        }
    }

    /// <summary>Takes a lease on a backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="purpose">To read or to write.</param>
    /// <param name="job">The job's name; null when it is no job's work.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public Task<Lease> LeaseAsync(
        OpenBackup backup,
        LeasePurpose purpose,
        string? job,
        CancellationToken cancellationToken
    )
    {
        var who = job is null ? $"longhaul on {home.Server}" : $"job '{job}' on {home.Server}";
        return Lease.AcquireAsync(
            backup.Folder.Store,
            new LeaseOptions(purpose, who) { Job = job },
            BootClock,
            clock,
            cancellationToken
        );
    }

    /// <summary>Takes a reader's lease where the folder can be written to; a read-only one is read without.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="job">The job's name; null when it is no job's work.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none; the caller disposes it.</returns>
    public async ValueTask<Lease?> TryLeaseReaderAsync(
        OpenBackup backup,
        string? job,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await LeaseAsync(backup, LeasePurpose.Reader, job, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code is "store.access-denied" or "store.no-space")
        {
            return null;
        }
    }
}
