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
}
