using Longhaul.Core.Backups;
using Longhaul.Engine.Points;

namespace Longhaul.Engine.Runs;

/// <summary>What a run made of one machine.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachineOutcome
{
    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>The new point; null when there is none: the machine waits, or failed.</summary>
    public RestorePoint? Point { get; init; }

    /// <summary>How the baseline was found.</summary>
    public BaselineFoundBy BaselineFoundBy { get; init; }

    /// <summary>What it took.</summary>
    public PointCounts Counts { get; init; } = new();

    /// <summary>What the operator should know although it went well; empty for nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why there is no new point and none was due; null when there is one.</summary>
    public string? IdleReason { get; init; }
}
