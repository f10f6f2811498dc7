using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>What becomes of one point, and why.</summary>
/// <param name="Point">The point, as it is before.</param>
/// <param name="Because">Why it is kept; empty exactly when it goes.</param>
/// <param name="GoesOn">The day, in the job's time zone, on which it goes at the earliest if points go on coming as
/// they did; null when it goes now, or when nobody can say: it is pinned, or waits for a full not yet made.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointRetention(RestorePoint Point, IReadOnlyList<KeepReason> Because, DateOnly? GoesOn)
{
    /// <summary>Whether it stays.</summary>
    public bool IsKept => Because.Count > 0;
}
