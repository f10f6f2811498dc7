using Longhaul.Core.Backups;

namespace Longhaul.Core.Selection;

/// <summary>Asks which point of one machine a copy job takes now.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SelectionRequest
{
    /// <summary>On what occasion.</summary>
    public required SelectionMode Mode { get; init; }

    /// <summary>The present.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Length of the copy interval.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The repository the job copies to.</summary>
    public required RepositoryId TargetRepository { get; init; }

    /// <summary>Where points may come from.</summary>
    public required IReadOnlyList<SourceChain> Sources { get; init; }

    /// <summary>The machine's chain in the job's backup; null when it has none there.</summary>
    public MachineChain? Target { get; init; }

    /// <summary>For <see cref="SelectionMode.Periodic"/>: whether this interval's point was copied already.</summary>
    public bool DoneInThisInterval { get; init; }
}

/// <summary>On what occasion a point is selected.</summary>
public enum SelectionMode
{
    /// <summary>Scheduled: the newest complete point created within the interval before now.</summary>
    Periodic = 1,

    /// <summary>Started by hand: the newest complete point not yet in the chain, whatever its age.</summary>
    ByHand = 2,

    /// <summary>The job's first run: the newest complete point, whatever its age.</summary>
    FirstRun = 3,

    /// <summary>The immediate mode: the oldest complete point not yet in the chain. Ask again until there is none.</summary>
    Immediate = 4,
}
