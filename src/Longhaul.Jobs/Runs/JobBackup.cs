using System.Globalization;
using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Passwords;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Runs;

/// <summary>Finds the backup a job writes to, and makes it at the job's first run.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class JobBackup(Workplace workplace)
{
    /// <summary>Finds the job's backup.</summary>
    /// <param name="job">The job.</param>
    /// <param name="repository">The job's repository.</param>
    /// <param name="wire">The way to it; null for the target's own side, where nothing is counted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when it was not made yet, or has vanished; the caller disposes it.</returns>
    /// <exception cref="LonghaulException">job.backup-owned: another job, or nobody, owns it now; backup.duplicate: two
    /// folders are it; data errors of the job's own folder, store errors.</exception>
    public async ValueTask<OpenBackup?> FindAsync(
        JobDefinition job,
        OpenRepository repository,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        LonghaulException? lost = null;
        OpenBackup? found = null;
        var (mine, others) = await CandidatesAsync(job, repository, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var folder in mine.Concat(others).TakeWhile(folder => found is null || mine.Contains(folder)))
            {
                var backup = await OpenAsync(repository, folder, mine.Contains(folder), wire, cancellationToken)
                    .ConfigureAwait(false);
                if (backup is null)
                {
                    continue;
                }

                var owner = backup.Folder.State.OwnerIn(repository.Entry.Id);
                if (owner?.Job == job.Id && (job.Backup is null || backup.Folder.Descriptor.Id == job.Backup))
                {
                    if (found is null)
                    {
                        found = backup;
                        continue;
                    }

                    backup.Dispose();
                    throw Errors.BackupDuplicate([found.Folder.Name, folder]);
                }

                // Another copy of the same backup may lie in this repository: it is the job's own that counts.
                if (job.Backup is not null && backup.Folder.Descriptor.Id == job.Backup)
                {
                    lost ??= Errors.JobBackupOwned(job.Name, folder, Describe(owner));
                }

                backup.Dispose();
            }
        }
        catch
        {
            found?.Dispose();
            throw;
        }

        return found is null && lost is not null ? throw lost
            : found?.Folder.IsLocked == true
                ? await UnlockAsync(job, repository, found, wire, cancellationToken).ConfigureAwait(false)
            : found;
    }

    /// <summary>The catalog may not know yet that a locked backup is the job's: then what is kept for the job was not tried.</summary>
    private async ValueTask<OpenBackup?> UnlockAsync(
        JobDefinition job,
        OpenRepository repository,
        OpenBackup locked,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        if (job.Backup is not null || workplace.Keyring.Kept?.Has(job.Id) != true)
        {
            return locked;
        }

        using (locked)
        {
            workplace.Keyring.Learn(job with { Backup = locked.Folder.Descriptor.Id });
            return await repository.OpenBackupAsync(locked.Folder.Name, wire, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Remembers in the catalog which backup is the job's: it was made just now, or by a run that was cut off.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">Its backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask RememberAsync(JobDefinition job, OpenBackup backup, CancellationToken cancellationToken)
    {
        if (job.Backup != backup.Folder.Descriptor.Id)
        {
            var known = job with { Backup = backup.Folder.Descriptor.Id, AwaitedSeed = null };
            await SaveAsync(known, cancellationToken).ConfigureAwait(false);
            workplace.Keyring.Learn(known);
        }
    }

    /// <summary>Makes the job's backup: a new folder named after the job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="repository">The job's repository.</param>
    /// <param name="origin">What kind of job makes it.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="wire">The way to it; null for the target's own side, where nothing is counted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The backup; the caller disposes it. Its name has <c>-2</c>, <c>-3</c> … appended where the job's is taken.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public async ValueTask<OpenBackup> CreateAsync(
        JobDefinition job,
        OpenRepository repository,
        BackupOrigin origin,
        int blockSize,
        Wire? wire,
        CancellationToken cancellationToken
    ) =>
        await CreateAsync(
                job,
                await DocumentAsync(job, cancellationToken).ConfigureAwait(false),
                PasswordOf(job),
                repository,
                origin,
                blockSize,
                wire,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Makes a backup: a new folder named after a job, which need not be defined anywhere.</summary>
    /// <param name="job">Owns the backup.</param>
    /// <param name="document">What the log is to carry of the job; empty for nothing.</param>
    /// <param name="password">What opens the backup; null for a plain one.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="origin">What kind of job makes it.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="wire">The way to it; null for the target's own side, where nothing is counted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The backup; the caller disposes it. Its name has <c>-2</c>, <c>-3</c> … appended where the job's is taken.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<OpenBackup> CreateAsync(
        JobDefinition job,
        ReadOnlyMemory<byte> document,
        NewPassword? password,
        OpenRepository repository,
        BackupOrigin origin,
        int blockSize,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        var owner = new OwnerState(job.Id, job.Name, repository.Entry.Id, workplace.Home.Server);
        for (var suffix = 1; ; suffix++)
        {
            var name = suffix == 1 ? job.Name : $"{job.Name}-{suffix}";
            var store = wire?.Around(repository.Folder(name)) ?? repository.Folder(name);
            var files = store.ListAsync("", cancellationToken);
            if (await files.AnyAsync(file => file.Name != BackupNames.Backup, cancellationToken).ConfigureAwait(false))
            {
                continue; // Somebody else's. With nothing but backup.json it may be what a creation that was cut off left.
            }

            var folder = await BackupFolder
                .CreateAsync(
                    store,
                    name,
                    blockSize,
                    origin,
                    owner,
                    document,
                    password,
                    workplace.Clock,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (folder is not null)
            {
                return new OpenBackup(folder, repository.Entry.Id, repository.Entry.Name, wire?.Near);
            }
        }
    }

    /// <summary>What the job's new backup is to be opened with; null when the job does not encrypt.</summary>
    /// <exception cref="LonghaulException">job.password: it encrypts, and no password was given.</exception>
    internal NewPassword? PasswordOf(JobDefinition job)
    {
        if (!job.Encrypt)
        {
            return null;
        }

        var password = workplace.Keyring.ForNewOf(job) ?? throw NoPassword(job);
        return new NewPassword(password, new BackupPasswords(workplace).HintOf(job), PasswordCost.Default);
    }

    private LonghaulException NoPassword(JobDefinition job) =>
        workplace.Keyring.Kept?.Find(job)?.Trouble is { } trouble
            ? Errors.JobPassword(job.Name, trouble)
            : Errors.JobPassword(job.Name);

    /// <summary>Writes the job's present definition into the log, if the log has another.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">Its backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">job.backup-owned: it is not the job's any more; store errors.</exception>
    public async ValueTask RecordDefinitionAsync(
        JobDefinition job,
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        var document = await DocumentAsync(job, cancellationToken).ConfigureAwait(false);
        await backup
            .Folder.CommitAsync(
                state =>
                {
                    var owner = RequireOwner(job, backup, state);
                    if (state.JobDefinition.AsSpan().SequenceEqual(document))
                    {
                        return null;
                    }

                    var draft = new RecordDraft("job");
                    draft.SetOwner(owner with { JobName = job.Name, Server = workplace.Home.Server }, document);
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>What the log carries of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>UTF-8 JSON.</returns>
    public async ValueTask<byte[]> DocumentAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var machines = new List<Core.Machines.Machine>();
        foreach (var source in job.Sources.Where(source => source.Kind == JobSourceKind.Machine))
        {
            if (
                MachineId.TryParse(source.Id, out var id)
                && await work.Machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } machine
            )
            {
                machines.Add(machine);
            }
        }

        return new JobDocument(job, machines).ToBytes();
    }

    /// <summary>Saves a job in the catalog.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask SaveAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await work.Jobs.SaveAsync(job, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure that a job still owns its backup.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">Its backup.</param>
    /// <param name="state">The state a record is prepared against.</param>
    /// <returns>The owner: the job.</returns>
    /// <exception cref="LonghaulException">job.backup-owned: it was unmapped, detached or taken over meanwhile.</exception>
    public static OwnerState RequireOwner(JobDefinition job, OpenBackup backup, Storage.State.BackupState state)
    {
        var owner = state.OwnerIn(backup.Repository);
        return owner?.Job == job.Id
            ? owner
            : throw Errors.JobBackupOwned(job.Name, backup.Folder.Name, Describe(owner));
    }

    /// <summary>An owner in words.</summary>
    /// <param name="owner">The owner; null for nobody.</param>
    public static string Describe(OwnerState? owner) =>
        owner is null ? "nobody" : $"job '{owner.DisplayName}' on {owner.Server}";

    /// <summary>Folders that may be the job's: what the catalog says is, then all others that could be.</summary>
    private async ValueTask<(IReadOnlyList<string> Mine, IReadOnlyList<string> Others)> CandidatesAsync(
        JobDefinition job,
        OpenRepository repository,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<BackupEntry> known;
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            known = await work.Backups.ListAsync(repository.Entry.Id, cancellationToken).ConfigureAwait(false);
        }

        var there = await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false);
        if (job.Backup is null)
        {
            // A first run that was cut off after it had made the folder, or a mapping after its record: the folder says whose
            // it is. Asked once in a job's life, and a full over the line would be dearer than to look into them all.
            return ([], [.. there.OrderByDescending(folder => IsNamedAfter(job, folder))]);
        }

        var mine = known
            .Where(entry => entry.BackupId == job.Backup && entry.Owner == job.Id)
            .Select(entry => entry.Folder)
            .Where(there.Contains)
            .ToArray();
        return (mine, [.. there.Except(mine)]);
    }

    private static bool IsNamedAfter(JobDefinition job, string folder) =>
        folder == job.Name
        || (
            folder.StartsWith(job.Name + "-", StringComparison.Ordinal)
            && int.TryParse(folder.AsSpan(job.Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        );

    /// <summary>Opens a folder that may be the job's; null when it is no backup.</summary>
    private static async ValueTask<OpenBackup?> OpenAsync(
        OpenRepository repository,
        string folder,
        bool isMine,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await repository.OpenBackupAsync(folder, wire, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (!isMine && OpenRepository.IsUnreadable(error))
        {
            // Another job's folder may be damaged without concerning this one. One's own may not: a new full would follow.
            return null;
        }
    }
}
