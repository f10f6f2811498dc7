using System.Collections.Frozen;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Core.Retention;
using Longhaul.Core.Selection;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Copying;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Retaining;

namespace Longhaul.Jobs.Copying;

/// <summary>Decides what a run of a copy job does, without writing anything.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <param name="opened">Where the source backups are kept open.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class CopyPlanner(Workplace workplace, OpenBackups opened)
{
    private IReadOnlySet<PointId> _awaited = FrozenSet<PointId>.Empty;

    /// <summary>Plans.</summary>
    /// <param name="job">A copy job.</param>
    /// <param name="target">The job's backup; null when it is not made yet.</param>
    /// <param name="asked">What the run is told about fulls.</param>
    /// <param name="freeBytes">Room at the target; null when it cannot say.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">Errors that concern the whole job, such as backup.locked where no password opens the
    /// target or any source; those of a machine stand in its plan.</exception>
    public async ValueTask<CopyJobPlan> PlanAsync(
        JobDefinition job,
        OpenBackup? target,
        FullRequest asked,
        long? freeBytes,
        CancellationToken cancellationToken
    )
    {
        var machines = await new SourceFinder(workplace, opened)
            .FindAsync(job, cancellationToken)
            .ConfigureAwait(false);
        var chains = target?.Folder.State.Machines.Values.Select(machine => machine.Chain).ToArray() ?? [];
        var match = MachineMatcher.MatchRemembered(machines, chains, job.Pairs);
        _awaited = await AwaitedPoints.FindAsync(workplace, cancellationToken).ConfigureAwait(false);
        var plans = new List<MachinePlan>();
        foreach (var machine in machines)
        {
            var matched = match.Matched.FirstOrDefault(found => found.Machine.Id == machine.Id);
            plans.Add(await PlanAsync(job, target, machine, matched, asked, cancellationToken).ConfigureAwait(false));
        }

        if (plans.Count > 0 && plans.TrueForAll(one => one.Error?.Code == "backup.locked"))
        {
            // Not a matter of single machines: a password is missing.
            throw plans[0].Error!;
        }

        var plan = new CopyJobPlan(plans, freeBytes);
        return target is null
            ? plan
            : plan with
            {
                Departed = await new Departures(workplace)
                    .FindRemovalsAsync(job, target, plan.Present, cancellationToken)
                    .ConfigureAwait(false),
            };
    }

    /// <summary>Plans for a job that waits for its seed: every machine is idle.</summary>
    /// <param name="job">A copy job.</param>
    /// <param name="target">The job's backup; null when it has none.</param>
    /// <param name="freeBytes">Room at the target; null when it cannot say.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when it does not wait: it awaits no seed, or has its backup, though the catalog may not know yet.</returns>
    /// <exception cref="LonghaulException">job.not-found, backup.not-found; store and data errors of its sources.</exception>
    internal async ValueTask<CopyJobPlan?> PlanWaitingAsync(
        JobDefinition job,
        OpenBackup? target,
        long? freeBytes,
        CancellationToken cancellationToken
    )
    {
        if (target is not null || job.AwaitedSeed is not { IsMapped: false } seed)
        {
            return null;
        }

        var machines = await new SourceFinder(workplace, opened)
            .FindAsync(job, cancellationToken)
            .ConfigureAwait(false);
        return CopyJobPlan.Waiting(machines, seed.Describe(job.Name), freeBytes);
    }

    private async ValueTask<MachinePlan> PlanAsync(
        JobDefinition job,
        OpenBackup? target,
        JobMachine machine,
        MatchedMachine? matched,
        FullRequest asked,
        CancellationToken cancellationToken
    )
    {
        var selection = PointSelection.Select(
            new SelectionRequest
            {
                Mode = matched is null ? SelectionMode.FirstRun : SelectionMode.ByHand,
                Now = workplace.Clock.GetUtcNow(),
                Interval = job.Every,
                TargetRepository = job.Repository,
                Sources = machine.Sources,
                Target = matched?.Seed,
            }
        );
        var plan = new MachinePlan
        {
            Machine = machine,
            Target = matched?.Seed.MachineId ?? machine.Id,
            Selection = selection,
            Error = selection.Error,
        };
        if (selection is not { Point: { } point, Source: { } source })
        {
            return plan with { Removals = Removals(job, target, matched?.Seed.Points ?? []) };
        }

        // There is something to do, and without the target's password none of it can be done.
        _ = target?.Folder.WritingKey;
        try
        {
            var backup = opened.Find(source);
            var blockSize = target?.Folder.Descriptor.BlockSize ?? backup.Folder.Descriptor.BlockSize;
            var there = matched?.Seed.Points ?? [];
            var full = FullPolicy.DecideForCopy(
                job,
                there.Count == 0,
                asked,
                LongTermFulls.BeginsPeriod(job, there, point.CreatedAt)
            );
            var estimate = await new CopyEstimator(target, blockSize)
                .EstimateAsync(new CopyMachine(machine.Name, plan.Target, backup, point, full), cancellationToken)
                .ConfigureAwait(false);

            // Of a full that stands alone nothing is compared; whether it is the same machine has to be asked all the same.
            var compared =
                full.Standalone && matched?.By == MatchedBy.Name
                    ? await new CopyEstimator(target, blockSize)
                        .EstimateAsync(estimate.Machine with { Full = FullDecision.None }, cancellationToken)
                        .ConfigureAwait(false)
                    : estimate;
            return plan with
            {
                Estimate = estimate,
                FullReason = WhyFull(job, target, matched, estimate, compared),
                Removals = Removals(job, target, WithPoint(matched?.Seed, point, full.Kind)),
            };
        }
        catch (LonghaulException error)
        {
            return plan with { Error = error };
        }
    }

    private static FullReason? WhyFull(
        JobDefinition job,
        OpenBackup? target,
        MatchedMachine? matched,
        CopyEstimate estimate,
        CopyEstimate compared
    )
    {
        if (estimate.Baseline is not { } baseline)
        {
            return 0 switch
            {
                _ when target is null && job.Backup is not null => FullReason.BackupGone,
                _ when job.Pairs.Any(pair => pair.Machine == estimate.Machine.Target) => FullReason.NoLongerMatched,
                _ => FullReason.FirstCopy,
            };
        }

        // A seed found by name alone may be another machine's: seen when most of what is not zero differs.
        var comparison = new ContentComparison(matched!.Machine.Id, compared.ComparedBlocks, compared.ChangedBlocks);
        return matched.By == MatchedBy.Name && baseline.Job != job.Id && comparison.MostDiffers
                ? FullReason.ContentDiffers
            : estimate.Machine.Full.Standalone ? FullReason.Standalone
            : null;
    }

    /// <remarks>Where the job's time zone is not known a run makes its points all the same, and fails at retention.</remarks>
    private IReadOnlyList<PointRemoval> Removals(
        JobDefinition job,
        OpenBackup? target,
        IReadOnlyList<RestorePoint> points
    ) =>
        target is not null && RetentionPolicy.TryOf(job) is { } policy
            ? RetentionPlanner
                .Plan(points, policy, new BackupProtection(workplace, target).Immutable(points, job), _awaited)
                .Remove
            : [];

    private static IReadOnlyList<RestorePoint> WithPoint(MachineChain? chain, RestorePoint added, NewPointKind kind)
    {
        var next = added with
        {
            Id = PointId.New(),
            Sequence = (chain?.Newest?.Sequence ?? 0) + 1,
            Pin = PinReason.None,
            ProtectedUntil = null,
        };
        return ChainEditor.Append(chain?.Points ?? [], next, kind).Points;
    }
}
