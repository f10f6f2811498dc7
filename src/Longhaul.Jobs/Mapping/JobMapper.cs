using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;

namespace Longhaul.Jobs.Mapping;

/// <summary>Maps jobs to backups that lie in their repository: says beforehand what would happen, and makes the job the owner.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class JobMapper(Workplace workplace)
{
    /// <summary>Judges every backup in the job's target repository.</summary>
    /// <param name="job">A copy job, or a backup job that is to continue a backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One verdict per folder that is a backup, by name.</returns>
    /// <exception cref="LonghaulException">disk and store errors.</exception>
    public async Task<IReadOnlyList<MappingVerdict>> JudgeAllAsync(
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        using var opened = new OpenBackups(workplace);
        var facts = await JobFactsAsync(job, new MapOptions(), opened, cancellationToken).ConfigureAwait(false);
        var verdicts = new List<MappingVerdict>();
        foreach (
            var entry in (await EntriesAsync(cancellationToken).ConfigureAwait(false)).Where(entry =>
                entry.Repository == job.Repository
            )
        )
        {
            var (verdict, backup) = await JudgeAsync(entry, facts, opened, cancellationToken).ConfigureAwait(false);
            backup?.Dispose();
            verdicts.Add(verdict);
        }

        return verdicts;
    }

    /// <summary>Judges one backup, and maps the job to it unless it is refused or only asked for.</summary>
    /// <param name="job">A copy job, or a backup job that is to continue a backup.</param>
    /// <param name="backup">The seed, as the catalog knows it.</param>
    /// <param name="options">What the user said.</param>
    /// <param name="cancellationToken">Cancels the call before anything is written.</param>
    /// <returns>The verdict; refused or a dry run: nothing was changed.</returns>
    /// <exception cref="LonghaulException">usage.pair; disk, store and data errors.</exception>
    public async Task<MappingVerdict> MapAsync(
        JobDefinition job,
        BackupEntry backup,
        MapOptions options,
        CancellationToken cancellationToken
    )
    {
        using var opened = new OpenBackups(workplace);
        var facts = await JobFactsAsync(job, options, opened, cancellationToken).ConfigureAwait(false);
        if (job.Backup is null)
        {
            // A seed that was made for the job is under its own password.
            workplace.Keyring.Learn(job with { Backup = backup.BackupId });
        }

        var (verdict, seed) = await JudgeAsync(backup, facts, opened, cancellationToken).ConfigureAwait(false);
        using (seed)
        {
            if (seed is null || verdict.Verdict == Verdict.Refused || options.DryRun)
            {
                return verdict;
            }

            await workplace.Cache.CheckHistoryAsync(seed, cancellationToken).ConfigureAwait(false);
            var ownership = new Ownership(workplace);
            using var left =
                seed.Folder.State.OwnerIn(seed.Repository)?.Job == job.Id
                    ? null
                    : await ownership.FindOwnAsync(job, cancellationToken).ConfigureAwait(false);
            var pairs = MachineMatcher
                .Match(
                    facts.Machines,
                    [.. seed.Folder.State.Machines.Values.Select(machine => machine.Chain)],
                    facts.Pairs
                )
                .Pairs;
            var id = seed.Folder.Descriptor.Id;
            var awaited = job.AwaitedSeed?.Backup == id ? job.AwaitedSeed : null;
            var mapped = job with
            {
                Backup = id,
                Pairs = pairs,
                AwaitedSeed = awaited is null ? null : awaited with { IsMapped = true },
            };
            await new SeedTaking(workplace)
                .TakeAsync(mapped, seed, verdict, options.Remember, cancellationToken)
                .ConfigureAwait(false);
            if (left is not null)
            {
                // Last: whatever fails before, the job has a backup.
                await ownership.ReleaseAsync(job, left, cancellationToken).ConfigureAwait(false);
            }

            await workplace
                .Cache.SaveAsync(seed, arrived: false, faults: null, cancellationToken)
                .ConfigureAwait(false);
            return verdict;
        }
    }

    private async ValueTask<JobFacts> JobFactsAsync(
        JobDefinition job,
        MapOptions options,
        OpenBackups opened,
        CancellationToken cancellationToken
    )
    {
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        return new JobFacts
        {
            Job = job,
            RepositoryName = repository.Entry.Name,
            Machines = job.IsCopy
                ? await new SourceFinder(workplace, opened).FindAsync(job, cancellationToken).ConfigureAwait(false)
                : await JobMachines.ForMappingAsync(workplace, job, cancellationToken).ConfigureAwait(false),
            Pairs = options.Pairs,
            ApplyRetentionToSeed = options.ApplyRetentionToSeed,
            Now = workplace.Clock.GetUtcNow(),
        };
    }

    private async ValueTask<(MappingVerdict Verdict, OpenBackup? Backup)> JudgeAsync(
        BackupEntry entry,
        JobFacts job,
        OpenBackups opened,
        CancellationToken cancellationToken
    )
    {
        OpenBackup backup;
        try
        {
            backup = await workplace.OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "format.unsupported")
        {
            return (MappingJudge.Judge(Unreadable(entry, job, error.Details["number"] as long? ?? 0, []), job), null);
        }
        catch (LonghaulException error)
            when (error.Code is "data.damaged" or "data.missing" or "data.unreadable" or "backup.not-found")
        {
            return (MappingJudge.Judge(Unreadable(entry, job, unsupported: null, [error.Message]), job), null);
        }

        try
        {
            return (await JudgeAsync(entry, backup, job, opened, cancellationToken).ConfigureAwait(false), backup);
        }
        catch
        {
            backup.Dispose();
            throw;
        }
    }

    private async ValueTask<MappingVerdict> JudgeAsync(
        BackupEntry entry,
        OpenBackup backup,
        JobFacts job,
        OpenBackups opened,
        CancellationToken cancellationToken
    )
    {
        var inspector = new SeedInspector(workplace, opened);
        var others = await EntriesAsync(cancellationToken).ConfigureAwait(false);
        var seed = await inspector.InspectAsync(backup, entry, others, cancellationToken).ConfigureAwait(false);
        try
        {
            var compared =
                seed.Incomplete.Count == 0
                    ? await inspector.CompareAsync(job, seed, backup, cancellationToken).ConfigureAwait(false)
                    : [];
            return MappingJudge.Judge(seed, job with { Comparisons = compared });
        }
        catch (LonghaulException error) when (error.Code is "data.damaged" or "data.missing" or "data.unreadable")
        {
            // A table that comparing had to read; the other backups are judged all the same.
            return MappingJudge.Judge(seed with { Incomplete = [error.Message] }, job);
        }
    }

    private static SeedFacts Unreadable(
        BackupEntry entry,
        JobFacts job,
        long? unsupported,
        IReadOnlyList<string> incomplete
    ) =>
        new()
        {
            BackupId = entry.BackupId,
            InstanceId = entry.InstanceId,
            Name = entry.Folder,
            Repository = entry.Repository,
            RepositoryName = job.RepositoryName,
            UnsupportedFormat = unsupported,
            // Not known, so that nothing is refused by it.
            Origin = job.Job.OriginOf(anyManagedSource: false),
            BlockSize = entry.BlockSize,
            Chains = [],
            Incomplete = incomplete,
        };

    private async ValueTask<IReadOnlyList<BackupEntry>> EntriesAsync(CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        return await work.Backups.ListAsync(repository: null, cancellationToken).ConfigureAwait(false);
    }
}
