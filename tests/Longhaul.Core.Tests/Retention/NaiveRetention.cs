using System.Globalization;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;

namespace Longhaul.Core.Tests.Retention;

/// <summary>Retention as one would do it by hand: mark the long-term points, cut the chain in pieces, and take the oldest
/// piece away while it may go.</summary>
internal static class NaiveRetention
{
    public static IReadOnlyList<RestorePoint> Keep(IReadOnlyList<RestorePoint> points, RetentionPolicy policy)
    {
        var marked = new[]
        {
            Marked(points, policy.Weekly, policy, time => $"{ISOWeek.GetYear(time)} {ISOWeek.GetWeekOfYear(time):00}"),
            Marked(points, policy.Monthly, policy, time => $"{time:yyyy MM}"),
            Marked(points, policy.Quarterly, policy, time => $"{time:yyyy} {(time.Month + 2) / 3}"),
            Marked(points, policy.Yearly, policy, time => $"{time:yyyy}"),
        }
            .SelectMany(tier => tier)
            .ToHashSet();
        var pieces = Pieces(points, policy.Method);
        var newest = points.LastOrDefault(Counts);
        while (
            pieces.Count > 0
            && pieces.Skip(1).SelectMany(piece => piece).Count(Counts) >= policy.Last
            && !pieces[0].Any(point => Counts(point) && IsOfLateDays(point, newest!, policy))
        )
        {
            pieces.RemoveAt(0);
        }

        var left = pieces.SelectMany(piece => piece).Select(point => point.Id).ToHashSet();
        return
        [
            .. points.Where(point =>
                left.Contains(point.Id) || marked.Contains(point.Id) || point.Pin != PinReason.None
            ),
        ];
    }

    private static List<List<RestorePoint>> Pieces(IReadOnlyList<RestorePoint> points, BackupMethod method)
    {
        var pieces = new List<List<RestorePoint>>();
        foreach (var point in points)
        {
            if (method == BackupMethod.Forward && point.Kind == PointKind.Increment)
            {
                pieces[^1].Add(point);
            }
            else
            {
                pieces.Add([point]);
            }
        }

        return pieces;
    }

    private static IEnumerable<PointId> Marked(
        IReadOnlyList<RestorePoint> points,
        int count,
        RetentionPolicy policy,
        Func<DateTime, string> period
    ) =>
        points
            .Where(Counts)
            .GroupBy(point => period(TimeZoneInfo.ConvertTime(point.CreatedAt, policy.Zone).DateTime))
            .OrderByDescending(group => group.Key, StringComparer.Ordinal)
            .Take(count)
            .Select(group => group.First().Id);

    private static bool IsOfLateDays(RestorePoint point, RestorePoint newest, RetentionPolicy policy) =>
        policy.Days > 0
        && TimeZoneInfo.ConvertTime(point.CreatedAt, policy.Zone).Date
            >= TimeZoneInfo.ConvertTime(newest.CreatedAt, policy.Zone).Date.AddDays(-policy.Days);

    private static bool Counts(RestorePoint point) => point is { IsComplete: true, Pin: PinReason.None };
}
