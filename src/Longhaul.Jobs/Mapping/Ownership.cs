using Longhaul.Catalog;
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
    /// <exception cref="LonghaulException">backup.busy, backup.duplicate; store and data errors.</exception>
    public async Task<string?> ReleaseAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        using var backup = await FindOwnAsync(job, cancellationToken).ConfigureAwait(false);
        if (backup is null)
        {
            return null;
        }

        await ReleaseAsync(job, backup, cancellationToken).ConfigureAwait(false);
        return backup.Folder.Name;
    }

    /// <summary>Finds the backup that a job would leave.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when it has none, or lost it before; the caller disposes it.</returns>
    /// <exception cref="LonghaulException">backup.busy, backup.duplicate; store and data errors.</exception>
    internal async Task<OpenBackup?> FindOwnAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        OpenBackup? backup = null;
        try
        {
            backup = await new JobBackup(workplace)
                .FindAsync(job, repository, wire: null, cancellationToken)
                .ConfigureAwait(false);
            if (backup is not null)
            {
                await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
            }

            return backup;
        }
        catch (LonghaulException error) when (error.Code == "job.backup-owned")
        {
            return null;
        }
        catch
        {
            backup?.Dispose();
            throw;
        }
    }

    /// <summary>The job leaves a backup, if it is still its own.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">Out of <see cref="FindOwnAsync"/>; stays the caller's.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task ReleaseAsync(JobDefinition job, OpenBackup backup, CancellationToken cancellationToken)
    {
        await backup
            .Folder.CommitAsync(
                state =>
                {
                    if (state.OwnerIn(backup.Repository)?.Job != job.Id)
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
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken).ConfigureAwait(false);
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
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await work
            .Jobs.SaveAsync(job with { Backup = null, Pairs = [], AwaitedSeed = null }, cancellationToken)
            .ConfigureAwait(false);
        await work.AnnouncedFulls.WithdrawAsync(job.Id, machine: null, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        return left;
    }

    /// <summary>Takes a backup away from its owner, whoever that is.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.busy; store and data errors.</exception>
    public Task DetachAsync(BackupEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(
            entry,
            (backup, state) =>
            {
                if (state.OwnerIn(backup.Repository) is null)
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
            (backup, _) =>
            {
                var draft = new RecordDraft("adopt-copy");
                draft.Continue(instance, backup.Repository);
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
        await workplace.Cache.AcceptAsync(backup, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings back a lost job from what the backup's log says, with its machines and their disks.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The job, saved, and owner of the backup.</returns>
    /// <exception cref="LonghaulException">backup.no-job: the log has no definition; job.exists: the job is not lost, and has
    /// another backup or none; backup.owned, machine.exists; store and data errors.</exception>
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
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            job = await DefineAsync(work, document, job, cancellationToken).ConfigureAwait(false);
            await TakeAsync(job, backup, cancellationToken).ConfigureAwait(false);
            await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        await new JobBackup(workplace).RecordDefinitionAsync(job, backup, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken).ConfigureAwait(false);
        return job;
    }

    /// <summary>Puts a job into the catalog, and those of its machines that are not there.</summary>
    /// <returns>The job as it is there: one that is not lost keeps the definition it has.</returns>
    private static async ValueTask<JobDefinition> DefineAsync(
        ICatalogWork work,
        JobDocument document,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        var jobs = await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        var same = jobs.FirstOrDefault(other => other.Id == job.Id);
        if (
            jobs.Any(other => other.Name == job.Name && other.Id != job.Id)
            || (same is not null && (same.Backup != job.Backup || same.Repository != job.Repository))
        )
        {
            throw Errors.JobExists(job.Name);
        }

        job = same is null ? job : same with { Enabled = true };
        var known = await work.Machines.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var machine in document.Machines.Where(machine => known.All(other => other.Id != machine.Id)))
        {
            if (known.Any(other => other.Name == machine.Name))
            {
                throw Errors.MachineExists(machine.Name);
            }

            await work.Machines.SaveAsync(machine, cancellationToken).ConfigureAwait(false);
        }

        await work.Jobs.SaveAsync(job, cancellationToken).ConfigureAwait(false);
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
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken).ConfigureAwait(false);
    }
}
