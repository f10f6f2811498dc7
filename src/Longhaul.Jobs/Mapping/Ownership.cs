using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Storage.State;

namespace Longhaul.Jobs.Mapping;

/// <summary>Who owns a backup: taking it away, bringing a lost job back, and telling copies apart.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class Ownership(Workplace workplace)
{
    /// <summary>The job leaves its backup: the points stay, and nobody owns it. The catalog's job is not changed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The backup it left; null when it had none, or lost it before.</returns>
    /// <exception cref="LonghaulException">backup.busy; store and data errors.</exception>
    public async Task<string?> ReleaseAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        OpenBackup? backup;
        try
        {
            backup = await new JobBackup(workplace)
                .FindAsync(job, repository, wire: null, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "job.backup-owned")
        {
            return null;
        }

        if (backup is null)
        {
            return null;
        }

        using (backup)
        {
            await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
            await backup
                .Folder.CommitAsync(
                    state =>
                    {
                        if (state.Owner?.Job != job.Id)
                        {
                            return null;
                        }

                        var draft = new RecordDraft("unmap");
                        draft.Open.Ownerless = true;
                        return draft;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            await workplace.Cache.SaveAsync(backup, arrived: false, [], cancellationToken).ConfigureAwait(false);
            return backup.Folder.Name;
        }
    }

    /// <summary>Unmaps a job: it leaves its backup, and its next run makes a new folder and a full.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The backup it left; null when it had none.</returns>
    /// <exception cref="LonghaulException">job.not-mapped; backup.busy; store and data errors.</exception>
    public async Task<string?> UnmapAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        if (job.Backup is null)
        {
            throw Errors.JobNotMapped(job.Name);
        }

        var left = await ReleaseAsync(job, cancellationToken).ConfigureAwait(false);
        await new JobBackup(workplace)
            .SaveAsync(job with { Backup = null, Pairs = [] }, cancellationToken)
            .ConfigureAwait(false);
        return left;
    }

    /// <summary>Takes a backup away from its owner, whoever that is.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.busy; store and data errors.</exception>
    public Task DetachAsync(BackupEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(
            entry,
            (_, state) =>
            {
                if (state.Owner is null)
                {
                    return null;
                }

                var draft = new RecordDraft("detach");
                draft.Open.Ownerless = true;
                return draft;
            },
            cancellationToken
        );

    /// <summary>Makes a carried or duplicated folder a backup of its own, apart from the copy it was made from.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.busy; store and data errors.</exception>
    public Task AdoptCopyAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        var instance = InstanceId.New();
        return ChangeAsync(
            entry,
            (backup, state) =>
            {
                var draft = new RecordDraft("adopt-copy");
                draft.Continue(instance, backup.Repository);
                draft.Open.Ownerless = state.Owner is not null;
                return draft;
            },
            cancellationToken
        );
    }

    /// <summary>Takes a folder that went back or forked as it is now.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store and data errors.</exception>
    public async Task AcceptAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.SaveAsync(backup, arrived: false, [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings back a lost job from what the backup's log says, with its machines and their disks.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The job, saved, and owner of the backup.</returns>
    /// <exception cref="LonghaulException">backup.no-job: the log has no definition; backup.owned, name.taken; store and data
    /// errors.</exception>
    public async Task<JobDefinition> AdoptAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
        await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
        var document =
            JobDocument.TryRead(backup.Folder.State.JobDefinition.AsSpan()) ?? throw Errors.BackupNoJob(entry.Folder);
        var job = document.Job with
        {
            Backup = backup.Folder.Descriptor.Id,
            Repository = backup.Repository,
            Enabled = true,
        };
        await TakeAsync(job, backup, cancellationToken).ConfigureAwait(false);
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            var jobs = await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false);
            if (jobs.Any(other => other.Name == job.Name && other.Id != job.Id))
            {
                throw Errors.JobExists(job.Name);
            }

            foreach (var machine in document.Machines)
            {
                if (await work.Machines.FindAsync(machine.Id, cancellationToken).ConfigureAwait(false) is null)
                {
                    await work.Machines.SaveAsync(machine, cancellationToken).ConfigureAwait(false);
                }
            }

            await work.Jobs.SaveAsync(job, cancellationToken).ConfigureAwait(false);
            await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        await new JobBackup(workplace).RecordDefinitionAsync(job, backup, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.SaveAsync(backup, arrived: false, [], cancellationToken).ConfigureAwait(false);
        return job;
    }

    private async ValueTask TakeAsync(JobDefinition job, OpenBackup backup, CancellationToken cancellationToken)
    {
        var owner = new OwnerState(job.Id, job.Name, backup.Repository, workplace.Home.Server);
        await backup
            .Folder.CommitAsync(
                state =>
                {
                    if (state.OwnerIn(backup.Repository) is { } other && other.Job != job.Id)
                    {
                        throw Errors.BackupOwned(backup.Folder.Name, JobBackup.Describe(other));
                    }

                    var draft = new RecordDraft("adopt");
                    if (state.Home != backup.Repository)
                    {
                        draft.Continue(InstanceId.New(), backup.Repository);
                    }

                    draft.SetOwner(owner, state.JobDefinition.AsMemory());
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task ChangeAsync(
        BackupEntry entry,
        Func<OpenBackup, Storage.State.BackupState, RecordDraft?> change,
        CancellationToken cancellationToken
    )
    {
        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
        await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
        await backup.Folder.CommitAsync(state => change(backup, state), cancellationToken).ConfigureAwait(false);
        await workplace.Cache.SaveAsync(backup, arrived: false, [], cancellationToken).ConfigureAwait(false);
    }
}
