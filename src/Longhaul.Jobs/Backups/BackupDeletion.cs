using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Passwords;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Backups;

/// <summary>Deletes a backup with all its restore points.</summary>
/// <remarks>backup.json goes first: from then on the folder is no backup, and what a crash leaves of it is never taken for one.</remarks>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class BackupDeletion(Workplace workplace)
{
    /// <summary>Deletes.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels between files; the rest goes when the command is run again by a rescan's hint.</param>
    /// <returns>Bytes of the files deleted.</returns>
    /// <exception cref="LonghaulException">backup.busy, backup.protected, backup.nested; backup.changed: another
    /// backup lies there now; store errors.</exception>
    public async Task<long> DeleteAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        var repository = await workplace.OpenRepositoryAsync(entry.Repository, cancellationToken).ConfigureAwait(false);
        var folder = repository.Folder(entry.Folder);
        await RefuseBusyAsync(repository, entry, cancellationToken).ConfigureAwait(false);
        await RefuseNestedAsync(folder, entry, cancellationToken).ConfigureAwait(false);
        await folder.DeleteAsync(BackupNames.Backup, cancellationToken).ConfigureAwait(false);
        var files = await folder.ListAsync("", cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var unfinished = await folder
            .ListUnfinishedAsync("", cancellationToken)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        foreach (var file in files.Concat(unfinished))
        {
            await folder.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false);
        }

        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await work.Backups.RemoveAsync(entry.Repository, entry.Folder, cancellationToken).ConfigureAwait(false);
        await work
            .Verifications.ForgetAsync(entry.InstanceId, entry.Repository, cancellationToken)
            .ConfigureAwait(false);
        var left = await work.Backups.ListAsync(entry.Repository, cancellationToken).ConfigureAwait(false);
        if (left.All(other => other.BackupId != entry.BackupId))
        {
            await work
                .KeptPasswords.RemoveAsync(KeptFor.OfBackup(entry.Repository, entry.BackupId), cancellationToken)
                .ConfigureAwait(false);
        }

        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        return files.Concat(unfinished).Sum(file => file.Length);
    }

    /// <summary>A backup that was copied into the folder of another is not what was asked about.</summary>
    private static async Task RefuseNestedAsync(
        IObjectStore folder,
        BackupEntry entry,
        CancellationToken cancellationToken
    )
    {
        await foreach (var file in folder.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if (file.Name.EndsWith("/" + BackupNames.Backup, StringComparison.Ordinal))
            {
                throw Errors.BackupNested(entry.Folder, file.Name[..^(BackupNames.Backup.Length + 1)]);
            }
        }
    }

    private async Task RefuseBusyAsync(
        OpenRepository repository,
        BackupEntry entry,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var backup = await repository
                .OpenBackupAsync(entry.Folder, wire: null, cancellationToken)
                .ConfigureAwait(false);
            if (backup is not null)
            {
                if (!entry.InstanceId.IsEmpty && backup.Folder.Instance != entry.InstanceId)
                {
                    throw Errors.BackupChanged(entry.Folder, "another backup lies in its folder now: rescan first");
                }

                await new BackupProtection(workplace, backup)
                    .RequireNothingProtectedAsync("deleted", cancellationToken)
                    .ConfigureAwait(false);
                await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (LonghaulException error) when (OpenRepository.IsUnreadable(error))
        {
            // A backup nobody can read has no writer either; deleting it must work.
            if (
                await repository
                    .Folder(entry.Folder)
                    .Protection.IsProtectedAsync(BackupNames.Backup, cancellationToken)
                    .ConfigureAwait(false) == true
            )
            {
                throw Errors.BackupProtected(entry.Folder, "deleted", until: null);
            }
        }
    }
}
