using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>One step on a chain: what goes, what stays and how that changes. A description; nothing is done.</summary>
/// <param name="Points">The chain afterwards, oldest first, with the kinds and parents it then has.</param>
/// <param name="Removed">Points that are gone, oldest first.</param>
/// <param name="Changes">Points of before that have another kind or parent now, oldest first. A point that comes new
/// with this step is not among them.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ChainEdit(
    IReadOnlyList<RestorePoint> Points,
    IReadOnlyList<PointId> Removed,
    IReadOnlyList<PointChange> Changes
)
{
    /// <summary>Whether the step leaves the chain as it was.</summary>
    public bool IsEmpty => Removed.Count == 0 && Changes.Count == 0;

    internal static ChainEdit Between(IReadOnlyList<RestorePoint> before, IReadOnlyList<RestorePoint> after)
    {
        var left = after.ToDictionary(point => point.Id);
        var removed = before.Where(point => !left.ContainsKey(point.Id)).Select(point => point.Id).ToList();
        var changes = before
            .Where(point =>
                left.TryGetValue(point.Id, out var now) && (now.Kind, now.Parent) != (point.Kind, point.Parent)
            )
            .Select(point => left[point.Id])
            .Select(now => new PointChange(now.Id, now.Kind, now.Parent))
            .ToList();
        return new(after, removed, changes);
    }
}
