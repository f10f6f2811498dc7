using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;

namespace Longhaul.Jobs.Repositories;

/// <summary>Where a folder comes from that the catalog does not know under any name in this repository.</summary>
/// <param name="IsReturned">Whether it was at home here before, and seen.</param>
/// <param name="IsMadeHere">Whether a job of this installation has made it, and its run has not come to remembering it.</param>
/// <param name="CopyOf">Where the backup lies that it is a copy of; null when none is known, or it is no copy.</param>
/// <param name="MovedFrom">Where it lay before and is no more; null when it was not moved.</param>
/// <param name="Left">What the catalog knows of it there.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record Arrival(
    bool IsReturned,
    bool IsMadeHere,
    string? CopyOf,
    string? MovedFrom,
    IReadOnlyList<BackupEntry> Left
);

/// <summary>Finds out where folders come from: looks into the other repositories for the same instance.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <param name="here">The repository that is scanned.</param>
/// <param name="jobs">The jobs that are defined here.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class ArrivalSearch(Workplace workplace, RepositoryId here, IReadOnlyList<JobDefinition> jobs)
{
    /// <summary>Finds out.</summary>
    /// <param name="backup">The folder, open.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store errors of the repository that is scanned.</exception>
    internal async ValueTask<Arrival> FindAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var folder = backup.Folder;
        bool isSeen;
        IReadOnlyList<BackupEntry> elsewhere;
        IReadOnlyList<RepositoryEntry> repositories;
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            isSeen =
                await work.LogHeads.FindAsync(folder.Instance, cancellationToken).ConfigureAwait(false) is not null;
            var all = await work.Backups.ListAsync(repository: null, cancellationToken).ConfigureAwait(false);
            elsewhere = [.. all.Where(entry => entry.Repository != here && entry.InstanceId == folder.Instance)];
            repositories = await work.Repositories.ListAsync(cancellationToken).ConfigureAwait(false);
        }

        if (folder.IsAtHome)
        {
            var owner = folder.State.OwnerIn(here);
            var isMadeHere = !isSeen && jobs.Any(job => job.Id == owner?.Job && job.Repository == here);
            return new Arrival(isSeen, isMadeHere, CopyOf: null, MovedFrom: null, Left: []);
        }

        var places = repositories
            .Where(place => place.Id == folder.State.Home || elsewhere.Any(entry => entry.Repository == place.Id))
            .ToList();
        var isSure = places.Count > 0;
        foreach (var place in places)
        {
            try
            {
                var repository = await workplace.OpenRepositoryAsync(place.Id, cancellationToken).ConfigureAwait(false);
                if (
                    await repository
                        .FindInstanceAsync(folder.Descriptor.Id, folder.Instance, cancellationToken)
                        .ConfigureAwait(false) is
                    { } there
                )
                {
                    return new Arrival(false, false, $"{place.Name}/{there}", MovedFrom: null, Left: []);
                }
            }
            catch (LonghaulException error) when (error.Code.StartsWith("store.", StringComparison.Ordinal))
            {
                // Out of reach: it may lie there still, and this be a copy.
                isSure = false;
            }
        }

        var known = elsewhere.Count > 0 ? elsewhere[0] : null;
        var name = places.Find(place => place.Id == (known?.Repository ?? folder.State.Home))?.Name;
        var from =
            name is null ? null
            : known is null ? name
            : $"{name}/{known.Folder}";

        // Never seen at home: then nobody here can say that it was moved rather than copied.
        return isSure && (known is not null || isSeen)
            ? new Arrival(false, false, CopyOf: null, from, elsewhere)
            : new Arrival(false, false, isSure ? null : from, MovedFrom: null, Left: []);
    }
}
