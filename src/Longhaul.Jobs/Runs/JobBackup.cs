using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Backups;
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
    /// <exception cref="LonghaulException">job.backup-owned: another job, or nobody, owns it now; data and store errors.</exception>
    public async ValueTask<OpenBackup?> FindAsync(
        JobDefinition job,
        OpenRepository repository,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        foreach (var folder in await CandidatesAsync(job, repository, cancellationToken).ConfigureAwait(false))
        {
            var backup = await TryOpenAsync(repository, folder, wire, cancellationToken).ConfigureAwait(false);
            if (backup is null)
            {
                continue;
            }

            var owner = backup.Folder.State.OwnerIn(repository.Entry.Id);
            if (owner?.Job == job.Id && (job.Backup is null || backup.Folder.Descriptor.Id == job.Backup))
            {
                return backup;
            }

            var isMine = job.Backup is not null && backup.Folder.Descriptor.Id == job.Backup;
            backup.Dispose();
            if (isMine)
            {
                throw Errors.JobBackupOwned(job.Name, folder, Describe(owner));
            }
        }

        return null;
    }

    /// <summary>Makes the job's backup: a new folder named after the job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="repository">The job's repository.</param>
    /// <param name="origin">What kind of job makes it.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="wire">The way to it; null for the target's own side, where nothing is counted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The backup, and the job with its id, saved; the caller disposes the backup.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public async ValueTask<(OpenBackup Backup, JobDefinition Job)> CreateAsync(
        JobDefinition job,
        OpenRepository repository,
        BackupOrigin origin,
        int blockSize,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        var owner = new OwnerState(job.Id, job.Name, repository.Entry.Id, workplace.Home.Server);
        var document = await DocumentAsync(job, cancellationToken).ConfigureAwait(false);
        for (var suffix = 1; ; suffix++)
        {
            var name = suffix == 1 ? job.Name : $"{job.Name}-{suffix}";
            var store = wire?.Around(repository.Folder(name)) ?? repository.Folder(name);
            if (await store.ListAsync("", cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            var folder = await BackupFolder
                .CreateAsync(store, name, blockSize, origin, owner, document, workplace.Clock, cancellationToken)
                .ConfigureAwait(false);
            if (folder is not null)
            {
                var made = job with { Backup = folder.Descriptor.Id };
                await SaveAsync(made, cancellationToken).ConfigureAwait(false);
                return (new OpenBackup(folder, repository.Entry.Id, repository.Entry.Name), made);
            }
        }
    }

    /// <summary>Writes the job's present definition into the log, if the log has another.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">Its backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
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
                    if (state.JobDefinition.AsSpan().SequenceEqual(document))
                    {
                        return null;
                    }

                    var draft = new RecordDraft("job");
                    draft.SetOwner(state.Owner! with { JobName = job.Name, Server = workplace.Home.Server }, document);
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

    /// <summary>An owner in words.</summary>
    /// <param name="owner">The owner; null for nobody.</param>
    public static string Describe(OwnerState? owner) =>
        owner is null ? "nobody" : $"job '{owner.JobName}' on {owner.Server}";

    /// <summary>Folders that may be the job's: what the catalog says first, then the one named after it, then all.</summary>
    private async ValueTask<IReadOnlyList<string>> CandidatesAsync(
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

        var mine = known
            .Where(entry => entry.BackupId == job.Backup)
            .OrderByDescending(entry => entry.Owner == job.Id)
            .Select(entry => entry.Folder)
            .ToArray();
        if (mine.Length > 0 || job.Backup is not null)
        {
            var all = await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false);
            return [.. mine.Concat(all).Distinct(StringComparer.Ordinal)];
        }

        // A first run that was cut off after it had made the folder: the folder says whose it is.
        return [job.Name];
    }

    private static async ValueTask<OpenBackup?> TryOpenAsync(
        OpenRepository repository,
        string folder,
        Wire? wire,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await repository.OpenBackupAsync(folder, wire, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code is "data.damaged" or "data.missing" or "format.unsupported")
        {
            // Another job's folder may be damaged without concerning this one; one's own is found by no other name.
            return null;
        }
    }
}
