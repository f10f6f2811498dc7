using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>What retention would do to one chain. Nothing is done.</summary>
/// <param name="Points">Every point of before, oldest first, and what becomes of it.</param>
/// <param name="Remove">Points that go, oldest first, each with its rule.</param>
/// <param name="Edit">The chain afterwards.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RetentionPlan(
    IReadOnlyList<PointRetention> Points,
    IReadOnlyList<PointRemoval> Remove,
    ChainEdit Edit
)
{
    /// <summary>Puts together what was decided for each point.</summary>
    /// <param name="decisions">Every point, oldest first.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="ruleOf">How a point goes.</param>
    /// <param name="fulls">Points that become fulls if they stay.</param>
    internal static RetentionPlan Of(
        IReadOnlyList<PointRetention> decisions,
        RetentionPolicy policy,
        Func<RestorePoint, RetentionRule> ruleOf,
        IEnumerable<RestorePoint> fulls
    )
    {
        var going = decisions
            .Where(decision => !decision.IsKept)
            .Select(decision => decision.Point)
            .Select(point => new PointRemoval(point.Id, point.CreatedAt, ruleOf(point), policy))
            .ToList();
        var edit = ChainEditor.Remove(
            [.. decisions.Select(decision => decision.Point)],
            going.Select(removal => removal.Point).ToHashSet(),
            fulls.Select(point => point.Id).ToHashSet()
        );
        return new(decisions, going, edit);
    }
}

/// <summary>A point that retention removes.</summary>
/// <param name="Point">The point.</param>
/// <param name="CreatedAt">Its creation time, UTC.</param>
/// <param name="Rule">How it goes.</param>
/// <param name="Policy">The rules, none of which keeps it.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointRemoval(PointId Point, DateTimeOffset CreatedAt, RetentionRule Rule, RetentionPolicy Policy)
{
    /// <summary>The rule in words, as plans and sessions show it.</summary>
    public string Describe() =>
        Rule switch
        {
            RetentionRule.Merge => $"{Policy.Describe()}: merged into the next point",
            RetentionRule.WholeChain => $"{Policy.Describe()}: its chain goes as a whole",
            RetentionRule.Departed => "its machine has left the job",
            _ => $"{Policy.Describe()}: oldest dropped",
        };
}

/// <summary>How a point goes.</summary>
public enum RetentionRule
{
    /// <summary>Forever-forward: the oldest goes, and the next becomes the full.</summary>
    Merge = 1,

    /// <summary>Forward: a full and its increments go together.</summary>
    WholeChain = 2,

    /// <summary>Reverse: the oldest goes, and concerns nobody else.</summary>
    DropOldest = 3,

    /// <summary>Its machine has left the job, and the time is over that its points were to stay.</summary>
    Departed = 4,
}
