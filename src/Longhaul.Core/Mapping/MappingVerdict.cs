namespace Longhaul.Core.Mapping;

/// <summary>Whether a backup may seed a job, and all that is to be said before it does.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MappingVerdict
{
    /// <summary>The backup.</summary>
    public required BackupId BackupId { get; init; }

    /// <summary>Its name.</summary>
    public required string Backup { get; init; }

    /// <summary>Every check, in the order of consequence; none is left out.</summary>
    public required IReadOnlyList<MappingCheck> Checks { get; init; }

    /// <summary>Every machine of the job, in the job's order.</summary>
    public required IReadOnlyList<MappedMachine> Machines { get; init; }

    /// <summary>Names of machines of the seed that the job lacks: left alone, by retention too.</summary>
    public required IReadOnlyList<string> ForeignMachines { get; init; }

    /// <summary>Points of the seed that the job's retention would remove at its first run, oldest first within a
    /// machine. They go only when the user asks to apply retention to the seed.</summary>
    public required IReadOnlyList<SeedPoint> PointsToRemove { get; init; }

    /// <summary>Points to pin as <see cref="Backups.PinReason.Seed"/> when the job is mapped: every unpinned point of the
    /// matched machines when retention would remove any and the user did not ask for that; else none.</summary>
    public required IReadOnlyList<PointId> PointsToPin { get; init; }

    /// <summary>The worst of the checks.</summary>
    public Verdict Verdict => Checks.Count == 0 ? Verdict.Ok : Checks.Max(check => check.Verdict);

    /// <summary>The first refused check; null when there is none.</summary>
    public MappingCheck? FirstRefusal => Checks.FirstOrDefault(check => check.Verdict == Verdict.Refused);
}

/// <summary>What becomes of one machine of the job.</summary>
/// <param name="Machine">The machine, by the job's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="SeedMachine">The id it goes on under in the seed; null when the seed lacks it or several fit.</param>
/// <param name="SeedName">The seed machine's name; null when <paramref name="SeedMachine"/> is.</param>
/// <param name="MatchedBy">How it was found; null when it was not.</param>
/// <param name="Baseline">The point against which the first copy computes what to send; null: a full.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MappedMachine(
    MachineId Machine,
    string Name,
    MachineId? SeedMachine,
    string? SeedName,
    MatchedBy? MatchedBy,
    PointId? Baseline
);

/// <summary>A restore point of a seed.</summary>
/// <param name="Id">The point.</param>
/// <param name="CreatedAt">Its creation time, UTC.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedPoint(PointId Id, DateTimeOffset CreatedAt);
