using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;

namespace Longhaul.Jobs.Repositories;

/// <summary>Looks through a repository for backups: carried there, changed, renamed, or gone.</summary>
/// <remarks>
/// <para>Brings back backups and points, never machines or jobs. Needs no job to be stopped: it writes the catalog only, and
/// what a run does meanwhile is seen as it was before, or after.</para>
/// <para>Cost: one listing of each folder; a folder that is not known under its name is read twice.</para>
/// </remarks>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class RepositoryScan(Workplace workplace)
{
    /// <summary>Scans.</summary>
    /// <param name="id">The repository.</param>
    /// <param name="cancellationToken">Cancels the scan; what was found so far is remembered.</param>
    /// <exception cref="LonghaulException">repository.not-found; store errors.</exception>
    public async Task<RescanReport> RunAsync(RepositoryId id, CancellationToken cancellationToken)
    {
        var repository = await workplace.OpenRepositoryAsync(id, cancellationToken).ConfigureAwait(false);
        var (known, jobs) = await KnownAsync(id, cancellationToken).ConfigureAwait(false);
        var run = new RescanRun(workplace, repository, known, jobs);
        await run.LookAsync(cancellationToken).ConfigureAwait(false);
        await run.SettleAsync(cancellationToken).ConfigureAwait(false);
        return run.Report();
    }

    private async ValueTask<(IReadOnlyList<BackupEntry> Known, IReadOnlyList<JobDefinition> Jobs)> KnownAsync(
        RepositoryId id,
        CancellationToken cancellationToken
    )
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        return (
            await work.Backups.ListAsync(id, cancellationToken).ConfigureAwait(false),
            await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false)
        );
    }
}
