using Longhaul.Cli.Output;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Engine.Runs;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Runs;

namespace Longhaul.Cli.Commands.Runs;

/// <summary>Makes the document of a plan.</summary>
internal static class PlanDocuments
{
    /// <summary>Makes the document.</summary>
    /// <param name="job">The job.</param>
    /// <param name="plan">What its run would do.</param>
    /// <param name="bytesPerSecond">The link's rate; null when it is not known.</param>
    public static PlanDocument Of(JobDefinition job, JobPlan plan, long? bytesPerSecond)
    {
        var toSend = plan.Copy?.BytesToSend ?? 0;
        return new PlanDocument
        {
            Job = job.Name,
            JobId = job.Id.ToString(),
            Machines = plan.Copy is { } copy ? [.. copy.Machines.Select(Of)] : [.. plan.Backup.Select(Of)],
            PointsToRemove =
            [
                .. plan.Copy?.Machines.SelectMany(machine =>
                    machine.Removals.Select(point => Of(point, machine.Machine.Name))
                )
                    ?? [],
                .. plan.Backup.SelectMany(machine => machine.Removals.Select(point => Of(point, machine.Machine.Name))),
                .. plan.Departed.Select(gone => Of(gone.Removal, gone.Machine)),
            ],
            BytesToSend = toSend,
            BytesNeeded = plan.Copy is null ? plan.Backup.Sum(machine => machine.BytesToRead) : toSend,
            FreeBytes = plan.FreeBytes,
            EstimatedSeconds = bytesPerSecond > 0 ? Math.Round(toSend / (double)bytesPerSecond, 1) : null,
            NothingToDo = plan.Copy?.NothingToDo ?? plan.Backup.Count == 0,
        };
    }

    private static PlanDocument.PlannedMachine Of(MachinePlan plan) =>
        new()
        {
            Name = plan.Machine.Name,
            MachineId = plan.Machine.Id.ToString(),
            SourcePoint = plan.Selection.Point?.Id.ToString(),
            SourceBackup = plan.Selection.Source?.BackupName,
            Baseline = plan.Estimate?.Baseline?.Id.ToString(),
            BaselineFoundBy = EngineWords.Of(plan.Estimate?.FoundBy ?? BaselineFoundBy.None),
            ChangedBlocks = plan.Estimate?.ChangedBlocks ?? 0,
            ChangedBytes = plan.Estimate?.ChangedBytes ?? 0,
            BytesToSend = plan.Estimate?.BytesToSend ?? 0,
            FullTableBytes = plan.Estimate?.FullTableBytes ?? 0,
            Exact = plan.Estimate?.IsExact ?? true,
            Full = plan.FullReason is not null,
            Reason =
                plan.Error is { } error ? error.Message
                : plan.FullReason is { } reason ? "full: " + FullConsent.Describe(reason)
                : plan.Selection.IdleReason,
            Code = plan.Error?.Code,
            PassedOver =
            [
                .. plan.Selection.PassedOver.Select(passed => new PlanDocument.Passed(
                    passed.Point.Id.ToString(),
                    passed.Point.CreatedAt,
                    passed.Message
                )),
            ],
        };

    private static PlanDocument.PlannedMachine Of(BackupMachinePlan plan) =>
        new()
        {
            Name = plan.Machine.Name,
            MachineId = plan.Machine.Id.ToString(),
            SourcePoint = null,
            SourceBackup = null,
            Baseline = plan.Newest?.Id.ToString(),
            BaselineFoundBy = EngineWords.Of(plan.Newest is null ? BaselineFoundBy.None : BaselineFoundBy.Digests),
            ChangedBlocks = 0,
            ChangedBytes = 0,
            BytesToSend = 0,
            FullTableBytes = 0,
            Exact = false,
            Full = plan.Kind != NewPointKind.Increment,
            Reason = plan.Kind switch
            {
                NewPointKind.ActiveFull when plan.Newest is null => "full: the machine has no restore point yet",
                NewPointKind.ActiveFull => "active full",
                NewPointKind.SyntheticFull => "synthetic full",
                NewPointKind.ReverseFull => "full; the one before becomes a reverse increment",
                _ => null,
            },
            Code = null,
            PassedOver = [],
        };

    private static PlanDocument.Removal Of(PointRemoval removal, string machine) =>
        new(removal.Point.ToString(), removal.CreatedAt, removal.Describe(), machine);
}
