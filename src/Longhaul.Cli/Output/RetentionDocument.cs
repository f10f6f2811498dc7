using Longhaul.Cli.Values;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Jobs.Retaining;

namespace Longhaul.Cli.Output;

/// <summary>What becomes of each restore point of a job's backup, as <c>job retention</c> prints it.</summary>
internal sealed record RetentionDocument
{
    public required string Job { get; init; }
    public required string JobId { get; init; }

    /// <summary>Null when the job has none yet.</summary>
    public required string? Backup { get; init; }

    /// <summary>The rules in words.</summary>
    public required string Policy { get; init; }
    public required string TimeZone { get; init; }

    /// <summary>What could not be found out; null when all was.</summary>
    public required string? Note { get; init; }
    public required IReadOnlyList<RetainedMachine> Machines { get; init; }

    /// <summary>Makes the document.</summary>
    /// <param name="job">The job.</param>
    /// <param name="plan">What its retention does.</param>
    public static RetentionDocument Of(JobDefinition job, JobRetentionPlan plan) =>
        new()
        {
            Job = job.Name,
            JobId = job.Id.ToString(),
            Backup = plan.Backup,
            Policy = plan.Policy.Describe(),
            TimeZone = job.TimeZone,
            Note = plan.Note,
            Machines = [.. plan.Machines.Select(RetainedMachine.Of)],
        };

    /// <summary>The points of one machine, oldest first.</summary>
    internal sealed record RetainedMachine
    {
        public required string Machine { get; init; }
        public required string MachineId { get; init; }

        /// <summary>What it is to the job: in-job, departed, or foreign: then its points are left alone.</summary>
        public required string Standing { get; init; }
        public required IReadOnlyList<RetainedPoint> Points { get; init; }

        /// <summary>Makes the document.</summary>
        /// <param name="machine">A machine.</param>
        public static RetainedMachine Of(MachineRetention machine)
        {
            var rules = machine.Plan?.Remove.ToDictionary(removal => removal.Point, removal => removal.Describe());
            return new()
            {
                Machine = machine.Chain.DisplayName,
                MachineId = machine.Chain.MachineId.ToString(),
                Standing = JsonWords.Of(machine.Standing),
                Points =
                [
                    .. machine.Plan?.Points.Select(point =>
                        RetainedPoint.Of(point, rules!.GetValueOrDefault(point.Point.Id))
                    )
                        ?? machine.Chain.Points.Select(point =>
                            RetainedPoint.Of(new PointRetention(point, [], GoesOn: null), rule: null)
                        ),
                ],
            };
        }
    }

    /// <summary>One restore point.</summary>
    internal sealed record RetainedPoint
    {
        public required string Id { get; init; }
        public required DateTimeOffset Created { get; init; }
        public required string Kind { get; init; }
        public required bool Kept { get; init; }

        /// <summary>Why it is kept: last, days, weekly, monthly, quarterly, yearly, chain, incomplete, pinned, seed,
        /// immutable, departed, failed, awaited-seed; empty for a foreign machine.</summary>
        public required IReadOnlyList<string> Because { get; init; }

        /// <summary>The day, in the job's time zone, on which it goes at the earliest if points go on coming as they did; null
        /// when it goes with the next run, or when nobody can say.</summary>
        public required string? GoesOn { get; init; }

        /// <summary>Until when it is, or was, protected from deletion; null: it never was.</summary>
        public required DateTimeOffset? ProtectedUntil { get; init; }

        /// <summary>The rule by which it goes with the next run; null when it is kept.</summary>
        public required string? Rule { get; init; }

        /// <summary>Makes the document.</summary>
        /// <param name="retention">What becomes of the point.</param>
        /// <param name="rule">Why it goes; null when it stays.</param>
        public static RetainedPoint Of(PointRetention retention, string? rule) =>
            new()
            {
                Id = retention.Point.Id.ToString(),
                Created = retention.Point.CreatedAt,
                Kind = JsonWords.Of(retention.Point.Kind),
                Kept = rule is null,
                Because = [.. retention.Because.Select(JsonWords.Of)],
                GoesOn = retention.GoesOn is { } day ? InstantValue.Format(day) : null,
                ProtectedUntil = retention.Point.ProtectedUntil,
                Rule = rule,
            };
    }
}
