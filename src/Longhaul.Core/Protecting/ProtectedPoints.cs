using Longhaul.Core.Backups;

namespace Longhaul.Core.Protecting;

/// <summary>Which points may not be removed yet.</summary>
public static class ProtectedPoints
{
    /// <summary>Whether a point may not be removed yet.</summary>
    /// <param name="point">The point.</param>
    /// <param name="now">What the protected clock shows; null where nobody knows: protected is what ever was.</param>
    public static bool IsProtectedAt(this RestorePoint point, DateTimeOffset? now)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.ProtectedUntil is { } until && (now is null || until > now);
    }

    /// <summary>The points that may not be removed yet.</summary>
    /// <param name="points">Points of a chain.</param>
    /// <param name="now">What the protected clock shows; null where nobody knows.</param>
    public static IReadOnlySet<PointId> At(IEnumerable<RestorePoint> points, DateTimeOffset? now) =>
        points.Where(point => point.IsProtectedAt(now)).Select(point => point.Id).ToHashSet();
}
