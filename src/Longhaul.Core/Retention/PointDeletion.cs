using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>What deleting one point by hand would do. Nothing is done.</summary>
/// <param name="Edit">The chain afterwards. No other point goes with it: what needed it is put upon a neighbour.</param>
/// <param name="IsLastComplete">Whether it is the last complete point of its machine in this backup: then it is
/// deleted only with consent (<c>point.last</c>).</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointDeletion(ChainEdit Edit, bool IsLastComplete)
{
    /// <summary>Plans the deletion of one point.</summary>
    /// <param name="points">The chain of its machine, oldest first.</param>
    /// <param name="point">A point of it.</param>
    /// <exception cref="ArgumentException">The chain does not have that point.</exception>
    public static PointDeletion Plan(IReadOnlyList<RestorePoint> points, PointId point)
    {
        ArgumentNullException.ThrowIfNull(points);
        var going =
            points.FirstOrDefault(candidate => candidate.Id == point)
            ?? throw new ArgumentException("The chain does not have that point.", nameof(point));
        var others = points.Any(candidate => candidate.Id != point && candidate.IsComplete);
        return new(ChainEditor.Remove(points, point), going.IsComplete && !others);
    }
}
