using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>What retention would do to one chain. Nothing is done.</summary>
/// <param name="Remove">Points that go, oldest first, each with its rule.</param>
/// <param name="Changes">Points that stay and have another kind or parent afterwards, oldest first.</param>
/// <param name="Remaining">The chain afterwards, oldest first.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RetentionPlan(
    IReadOnlyList<PointRemoval> Remove,
    IReadOnlyList<PointChange> Changes,
    IReadOnlyList<RestorePoint> Remaining
);

/// <summary>A point that retention removes.</summary>
/// <param name="Point">The point.</param>
/// <param name="CreatedAt">Its creation time, UTC.</param>
/// <param name="Rule">The rule that says so.</param>
/// <param name="Keep">How many points that rule keeps, at least 1.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointRemoval(PointId Point, DateTimeOffset CreatedAt, RetentionRule Rule, int Keep)
{
    /// <summary>The rule in words, as plans and sessions show it.</summary>
    public string Describe() =>
        Rule switch
        {
            RetentionRule.Merge => $"keep {Keep}: merged into the next point",
            RetentionRule.WholeChain => $"keep {Keep}: its chain goes as a whole",
            _ => $"keep {Keep}: oldest dropped",
        };
}

/// <summary>Why a point goes.</summary>
public enum RetentionRule
{
    /// <summary>Forever-forward: the oldest goes, and the next becomes the full.</summary>
    Merge = 1,

    /// <summary>Forward: a full and its increments go together.</summary>
    WholeChain = 2,

    /// <summary>Reverse: the oldest goes, and concerns nobody else.</summary>
    DropOldest = 3,
}
