using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Core.Selection;

namespace Longhaul.Core.Mapping;

/// <summary>All that the checks look at: the facts, and what follows from them before any check is made.</summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class MappingCase
{
    internal MappingCase(SeedFacts seed, JobFacts job)
    {
        Seed = seed;
        Job = job;
        Policy = RetentionPolicy.Of(job.Job);
        Match = MachineMatcher.Match(job.Machines, seed.Chains, job.Pairs);
        Next = Match.Matched.ToDictionary(machine => machine.Machine.Id, NextPoint);
        Plans = Match.Matched.ToDictionary(machine => machine.Machine.Id, PlanRetention);
    }

    /// <summary>The backup.</summary>
    internal SeedFacts Seed { get; }

    /// <summary>The job.</summary>
    internal JobFacts Job { get; }

    /// <summary>What the job keeps.</summary>
    internal RetentionPolicy Policy { get; }

    /// <summary>Which machine is which.</summary>
    internal MachineMatch Match { get; }

    /// <summary>By the job's machine id: what a first run would take.</summary>
    internal IReadOnlyDictionary<MachineId, SelectionResult> Next { get; }

    /// <summary>By the job's machine id: what retention would do after a first run.</summary>
    internal IReadOnlyDictionary<MachineId, RetentionPlan> Plans { get; }

    /// <summary>Points of the seed that retention would remove, oldest first within a machine.</summary>
    internal IEnumerable<PointRemoval> Removals => Match.Matched.SelectMany(found => Plans[found.Machine.Id].Remove);

    /// <summary>Whether a machine matched by name seems to be another one.</summary>
    internal bool SeemsAnother(MatchedMachine found) =>
        found.By == MatchedBy.Name
        && Job.Comparisons.Any(comparison => comparison.Machine == found.Machine.Id && comparison.MostDiffers);

    private SelectionResult NextPoint(MatchedMachine found) =>
        PointSelection.Select(
            new()
            {
                Mode = SelectionMode.FirstRun,
                Now = Job.Now,
                Interval = Job.Job.Every,
                TargetRepository = Job.Job.Repository,
                Sources = found.Machine.Sources,
                Target = found.Seed,
            }
        );

    private RetentionPlan PlanRetention(MatchedMachine found)
    {
        var immutable = Seed.Protected.Where(point => point.Until > Job.Now).Select(point => point.Point).ToHashSet();
        return RetentionPlanner.Plan(AfterFirstRun(found), Policy, immutable);
    }

    /// <summary>The chain after a first run: the point it adds counts too. Without it the verdict would name one point too
    /// few.</summary>
    internal IReadOnlyList<RestorePoint> AfterFirstRun(MatchedMachine found)
    {
        var next = Job.Job.IsCopy ? Next[found.Machine.Id].Point : found.Seed.Newest;
        return next is null ? found.Seed.Points : [.. found.Seed.Points, Added(found.Seed, next)];
    }

    /// <summary>A stand-in for the point that a first run adds: only its date and its being there count.</summary>
    private static RestorePoint Added(MachineChain seed, RestorePoint like) =>
        like with
        {
            Id = PointId.New(),
            Sequence = (seed.Newest?.Sequence ?? 0) + 1,
            Pin = PinReason.None,
            ProtectedUntil = null,
            Kind = seed.Newest is null ? PointKind.Full : PointKind.Increment,
            Parent = seed.Newest?.Id,
        };
}
