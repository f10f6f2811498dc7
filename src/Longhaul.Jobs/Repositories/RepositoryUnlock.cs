using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Passwords;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Passwords;

namespace Longhaul.Jobs.Repositories;

/// <summary>Tries the passwords that were given on every encrypted backup in a repository, and keeps them for those they open.</summary>
/// <remarks>A folder that is damaged, or no backup, is passed over; a rescan reports it.</remarks>
/// <param name="workplace">The catalog, the repositories, and the passwords that were given.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class RepositoryUnlock(Workplace workplace)
{
    /// <summary>Unlocks.</summary>
    /// <param name="id">The repository.</param>
    /// <param name="remember">Whether the passwords are kept for later runs.</param>
    /// <param name="cancellationToken">Cancels between backups; what was opened so far is kept.</param>
    /// <exception cref="LonghaulException">repository.locked: there are locked backups, and nothing that was given opens one;
    /// repository.not-found, password.key-file; store errors.</exception>
    public async Task<UnlockReport> RunAsync(RepositoryId id, bool remember, CancellationToken cancellationToken)
    {
        var repository = await workplace.OpenRepositoryAsync(id, cancellationToken).ConfigureAwait(false);
        var (opened, open) = (new List<string>(), new List<string>());
        var locked = new List<(string Backup, IReadOnlyList<string> Hints)>();
        foreach (var folder in await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            using var backup = await TryOpenAsync(repository, folder, cancellationToken).ConfigureAwait(false);
            if (
                backup is null
                || await backup.Folder.ReadKeyListAsync(cancellationToken).ConfigureAwait(false) is not { } list
            )
            {
                continue;
            }

            if (workplace.Keyring.PasswordOf(list, id) is not { } password)
            {
                locked.Add((folder, backup.Folder.Hints));
                continue;
            }

            var isGiven = workplace.Keyring.IsGiven(password);
            (isGiven ? opened : open).Add(folder);
            if (isGiven && remember)
            {
                await KeepAsync(backup, password, cancellationToken).ConfigureAwait(false);
            }

            await SaveAsync(backup, cancellationToken).ConfigureAwait(false);
        }

        return opened.Count == 0 && locked.Count > 0
            ? throw Errors.RepositoryLocked(
                repository.Entry.Name,
                [.. locked.Select(one => one.Backup)],
                [.. locked.SelectMany(one => one.Hints).Distinct()]
            )
            : new UnlockReport(opened, open, locked);
    }

    private static async ValueTask<OpenBackup?> TryOpenAsync(
        OpenRepository repository,
        string folder,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await repository.OpenBackupAsync(folder, wire: null, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (OpenRepository.IsUnreadable(error))
        {
            return null;
        }
    }

    private async ValueTask KeepAsync(OpenBackup backup, Password password, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await new PasswordKeeper(workplace)
            .KeepAsync(
                work,
                KeptFor.OfBackup(backup.Repository, backup.Folder.Descriptor.Id),
                password,
                cancellationToken
            )
            .ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Its state is told anew; one that no rescan has seen yet has arrived.</summary>
    private async ValueTask SaveAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        BackupEntry? known;
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            known = await work
                .Backups.FindAsync(backup.Repository, backup.Folder.Name, cancellationToken)
                .ConfigureAwait(false);
        }

        await workplace
            .Cache.SaveAsync(backup, arrived: known is null, faults: null, cancellationToken)
            .ConfigureAwait(false);
    }
}
