using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;

namespace Longhaul.Core.Fulls;

/// <summary>Which points will be kept as long-term fulls, seen when they are made.</summary>
public static class LongTermFulls
{
    /// <summary>Whether a new point is the first of a week, month, quarter or year that the job keeps.</summary>
    /// <param name="job">The job.</param>
    /// <param name="points">The machine's points in the job's backup, oldest first.</param>
    /// <param name="createdAt">When the new point's source was frozen.</param>
    /// <remarks>The points of a seed count: what was carried need not be sent as well.</remarks>
    /// <returns>False, too, where this machine does not know the job's time zone.</returns>
    public static bool BeginsPeriod(JobDefinition job, IReadOnlyList<RestorePoint> points, DateTimeOffset createdAt)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (RetentionPolicy.TryOf(job) is not { } policy)
        {
            return false;
        }

        var day = GfsCalendar.DayOf(createdAt, policy.Zone);
        var before = points
            .Where(point => point is { IsComplete: true, Pin: PinReason.None or PinReason.Seed })
            .Select(point => GfsCalendar.DayOf(point.CreatedAt, policy.Zone))
            .ToArray();
        return GfsCalendar.Tiers.Any(tier =>
            policy.CountOf(tier) > 0
            && !Array.Exists(before, other => GfsCalendar.PeriodOf(tier, other) == GfsCalendar.PeriodOf(tier, day))
        );
    }
}
