using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Machines;
using Longhaul.Catalog.Passwords;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;

namespace Longhaul.Catalog;

/// <summary>One unit of work on a catalog: all of its changes become visible together, or none.</summary>
/// <remarks>Keep it short: a transaction that stays open makes every other process wait.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public interface ICatalogWork : IAsyncDisposable
{
    /// <summary>The repositories that were added.</summary>
    IRepositoryCatalog Repositories { get; }

    /// <summary>The machines that were added.</summary>
    IMachineCatalog Machines { get; }

    /// <summary>The jobs and their definitions.</summary>
    IJobCatalog Jobs { get; }

    /// <summary>The runs of the jobs.</summary>
    ISessionCatalog Sessions { get; }

    /// <summary>What the folders said when they were last read.</summary>
    IBackupCatalog Backups { get; }

    /// <summary>The fulls that were announced and may be made.</summary>
    IAnnouncedFullCatalog AnnouncedFulls { get; }

    /// <summary>The newest record seen in each log.</summary>
    ILogHeadCatalog LogHeads { get; }

    /// <summary>When each condemning record was first seen here.</summary>
    ICondemnedCatalog Condemned { get; }

    /// <summary>What was verified here of each backup.</summary>
    IVerificationCatalog Verifications { get; }

    /// <summary>The passwords that are kept for later runs, sealed.</summary>
    IKeptPasswordCatalog KeptPasswords { get; }

    /// <summary>Makes the changes durable and visible. Afterwards this object can read, and change nothing.</summary>
    /// <param name="cancellationToken">Cancels before anything is committed, never halfway.</param>
    /// <exception cref="InvalidOperationException">It was opened for reading, or committed before.</exception>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}
