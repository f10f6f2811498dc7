using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Retaining;
using Longhaul.Sources;

namespace Longhaul.Jobs.Runs;

/// <summary>Says what a run would do. Writes nothing to a repository; what a plan shows counts as announced.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class JobPlanner(Workplace workplace)
{
    /// <summary>Plans a run, and remembers the fulls it shows.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">job.backup-owned, job.time-zone; store and data errors.</exception>
    public async Task<JobPlan> PlanAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        _ = RetentionPolicy.Of(job); // A plan that cannot say what goes is none.
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        var capacity = await repository.Store.GetCapacityAsync(cancellationToken).ConfigureAwait(false);
        using var backup = await new JobBackup(workplace)
            .FindAsync(job, repository, wire: null, cancellationToken)
            .ConfigureAwait(false);
        if (!job.IsCopy)
        {
            var plans = await PlanBackupAsync(job, backup, cancellationToken).ConfigureAwait(false);
            var departed = backup is null
                ? []
                : await new Departures(workplace)
                    .FindRemovalsAsync(
                        job,
                        backup,
                        plans.Select(plan => plan.Machine.Id).ToHashSet(),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            return new JobPlan(null, plans, departed, capacity?.FreeBytes);
        }

        using var opened = new OpenBackups(workplace);
        var planner = new CopyPlanner(workplace, opened);
        if (
            await planner.PlanWaitingAsync(job, backup, capacity?.FreeBytes, cancellationToken).ConfigureAwait(false) is
            { } waiting
        )
        {
            return new JobPlan(waiting, [], [], capacity?.FreeBytes);
        }

        var plan = await planner
            .PlanAsync(job, backup, new FullRequest(), capacity?.FreeBytes, cancellationToken)
            .ConfigureAwait(false);
        await new RunConsent(workplace, job).AnnounceAsync(plan, cancellationToken).ConfigureAwait(false);
        return new JobPlan(plan, [], plan.Departed, capacity?.FreeBytes);
    }

    /// <summary>How much a full of everything the job has would send.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Bytes, as an upper bound; disk sizes for a backup job.</returns>
    /// <exception cref="LonghaulException">store and data errors.</exception>
    public async Task<long> FullSizeAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        if (!job.IsCopy)
        {
            var machines = await PlanBackupAsync(job, backup: null, cancellationToken).ConfigureAwait(false);
            return machines.Sum(machine => machine.BytesToRead);
        }

        using var opened = new OpenBackups(workplace);
        var plan = await new CopyPlanner(workplace, opened)
            .PlanAsync(job, target: null, new FullRequest(), freeBytes: null, cancellationToken)
            .ConfigureAwait(false);
        return plan.BytesToSend;
    }

    private async ValueTask<IReadOnlyList<BackupMachinePlan>> PlanBackupAsync(
        JobDefinition job,
        OpenBackup? backup,
        CancellationToken cancellationToken
    )
    {
        var plans = new List<BackupMachinePlan>();
        var awaited = await AwaitedPoints.FindAsync(workplace, cancellationToken).ConfigureAwait(false);
        foreach (var machine in await JobMachines.OfAsync(workplace, job, cancellationToken).ConfigureAwait(false))
        {
            long bytes = 0;
            foreach (var disk in machine.Disks)
            {
                bytes += await DiskSources.SizeAsync(machine.Name, disk, cancellationToken).ConfigureAwait(false);
            }

            var chain = backup?.Folder.State.Machines.GetValueOrDefault(machine.Id);
            var decision = FullPolicy.Decide(
                job,
                chain?.Newest is null,
                BackupRun.CountSinceFull(job, chain),
                new FullRequest(),
                LongTermFulls.BeginsPeriod(job, chain?.Points ?? [], workplace.Clock.GetUtcNow())
            );
            plans.Add(
                new BackupMachinePlan(
                    machine,
                    chain?.Newest,
                    decision.Kind,
                    bytes,
                    Removals(job, backup, chain?.Chain, decision, machine, awaited)
                )
            );
        }

        return plans;
    }

    private IReadOnlyList<PointRemoval> Removals(
        JobDefinition job,
        OpenBackup? backup,
        MachineChain? chain,
        FullDecision decision,
        Machine machine,
        IReadOnlySet<PointId> awaited
    )
    {
        var next = new RestorePoint
        {
            Id = PointId.New(),
            MachineId = machine.Id,
            Sequence = (chain?.Newest?.Sequence ?? 0) + 1,
            CreatedAt = workplace.Clock.GetUtcNow(),
            Kind = PointKind.Full,
            Root = default,
            Disks = [],
            Job = job.Id,
            WrittenBy = job.OriginOf(anyManagedSource: false),
        };
        var after = ChainEditor.Append(chain?.Points ?? [], next, decision.Kind, decision.Transform).Points;
        var immutable = backup is null ? null : new BackupProtection(workplace, backup).Immutable(after, job);
        return RetentionPlanner.Plan(after, RetentionPolicy.Of(job), immutable, awaited).Remove;
    }
}
