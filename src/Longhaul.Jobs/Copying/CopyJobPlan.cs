using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Core.Mapping;
using Longhaul.Core.Retention;
using Longhaul.Core.Selection;
using Longhaul.Engine.Copying;

namespace Longhaul.Jobs.Copying;

/// <summary>What a run of a copy job would do.</summary>
/// <param name="Machines">Every machine of the job, in the job's order.</param>
/// <param name="FreeBytes">Room at the target; null when it cannot say.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CopyJobPlan(IReadOnlyList<MachinePlan> Machines, long? FreeBytes)
{
    /// <summary>The plan of a job that waits for something: every machine is idle.</summary>
    /// <param name="machines">The job's machines.</param>
    /// <param name="reason">What it waits for, one sentence.</param>
    /// <param name="freeBytes">Room at the target; null when it cannot say.</param>
    internal static CopyJobPlan Waiting(IReadOnlyList<JobMachine> machines, string reason, long? freeBytes) =>
        new(
            [
                .. machines.Select(machine => new MachinePlan
                {
                    Machine = machine,
                    Target = machine.Id,
                    Selection = new SelectionResult(Point: null, Source: null, [], reason, Error: null),
                }),
            ],
            freeBytes
        );

    /// <summary>Points of machines that have left the job and would go, by the machine's name.</summary>
    public IReadOnlyList<(string Machine, PointRemoval Removal)> Departed { get; init; } = [];

    /// <summary>The machines that are the job's, by its ids and by the target's.</summary>
    internal IReadOnlySet<MachineId> Present =>
        Machines.SelectMany(machine => new[] { machine.Machine.Id, machine.Target }).ToHashSet();

    /// <summary>Bytes that would be sent in all; an upper bound.</summary>
    public long BytesToSend => Machines.Sum(machine => machine.Estimate?.BytesToSend ?? 0);

    /// <summary>Whether no machine would get a point or lose one.</summary>
    public bool NothingToDo =>
        Departed.Count == 0 && Machines.All(machine => machine is { HasWork: false, Error: null });
}

/// <summary>What a run would do for one machine.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachinePlan
{
    /// <summary>The machine.</summary>
    public required JobMachine Machine { get; init; }

    /// <summary>The id it has, or will have, at the target.</summary>
    public required MachineId Target { get; init; }

    /// <summary>Which source point was taken, and which were passed over and why.</summary>
    public required SelectionResult Selection { get; init; }

    /// <summary>What copying it takes; null when there is nothing to copy.</summary>
    public CopyEstimate? Estimate { get; init; }

    /// <summary>Why it must be a full; null when it is none.</summary>
    public FullReason? FullReason { get; init; }

    /// <summary>Why this machine cannot be copied; null when it can.</summary>
    public LonghaulException? Error { get; init; }

    /// <summary>Points that retention would remove, after the copy if there is one.</summary>
    public IReadOnlyList<PointRemoval> Removals { get; init; } = [];

    /// <summary>Whether the machine gets a point, or retention is owed: a run that was killed may have left it.</summary>
    public bool HasWork => Estimate is not null || Removals.Count > 0;
}
