using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Jobs.Backups;

namespace Longhaul.Jobs.Repositories;

/// <summary>Looks through a repository for backups: carried there, changed, or gone.</summary>
/// <remarks>Brings back backups and points, never machines or jobs. Needs no job to be stopped.</remarks>
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
        var known = await KnownAsync(id, cancellationToken).ConfigureAwait(false);
        var backups = new List<BackupEntry>();
        var damaged = new List<DamagedFolder>();
        var foreign = new List<string>();
        foreach (var folder in await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var entry = await ReadAsync(repository, folder, known.ContainsKey(folder), cancellationToken)
                    .ConfigureAwait(false);
                if (entry is null)
                {
                    foreign.Add(folder);
                }
                else
                {
                    backups.Add(entry);
                }
            }
            catch (LonghaulException error)
                when (error.Code is "data.damaged" or "data.missing" or "format.unsupported")
            {
                damaged.Add(new DamagedFolder(folder, error.Code, error.Message, error.Hint));
            }
        }

        var found = backups.Select(entry => entry.Folder).Concat(damaged.Select(folder => folder.Folder)).ToHashSet();
        var vanished = known.Keys.Where(folder => !found.Contains(folder)).Order(StringComparer.Ordinal).ToArray();
        await ForgetAsync(id, vanished, cancellationToken).ConfigureAwait(false);
        return new RescanReport(
            backups,
            [.. backups.Select(entry => entry.Folder).Where(folder => !known.ContainsKey(folder))],
            vanished,
            damaged,
            foreign
        );
    }

    private async ValueTask<BackupEntry?> ReadAsync(
        OpenRepository repository,
        string folder,
        bool isKnown,
        CancellationToken cancellationToken
    )
    {
        using var backup = await repository
            .OpenBackupAsync(folder, wire: null, cancellationToken)
            .ConfigureAwait(false);
        if (backup is null)
        {
            return null;
        }

        var faults = await StructureCheck.FindFaultsAsync(backup, cancellationToken).ConfigureAwait(false);
        return await workplace
            .Cache.SaveAsync(backup, arrived: !isKnown, faults, cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyDictionary<string, BackupEntry>> KnownAsync(
        RepositoryId id,
        CancellationToken cancellationToken
    )
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var entries = await work.Backups.ListAsync(id, cancellationToken).ConfigureAwait(false);
        return entries.ToDictionary(entry => entry.Folder, StringComparer.Ordinal);
    }

    private async ValueTask ForgetAsync(RepositoryId id, string[] folders, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        foreach (var folder in folders)
        {
            await work.Backups.RemoveAsync(id, folder, cancellationToken).ConfigureAwait(false);
        }

        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
