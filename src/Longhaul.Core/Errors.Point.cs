using Longhaul.Core.Backups;
using Longhaul.Core.Selection;

namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>point.date: a source point is dated further in the future than one copy interval.</summary>
    /// <param name="point">The point.</param>
    /// <param name="now">The present.</param>
    /// <param name="interval">Length of the copy interval.</param>
    public static LonghaulException PointDate(RestorePoint point, DateTimeOffset now, TimeSpan interval)
    {
        ArgumentNullException.ThrowIfNull(point);
        return new(
            "point.date",
            Retry.AfterOperator,
            $"restore point {point.Id} is dated {Timestamp.Of(point.CreatedAt)}, more than one copy interval "
                + $"({interval}) after now, {Timestamp.Of(now)}",
            "Set the clocks right; delete the point with 'longhaul point delete' if its date is wrong, and back up again.",
            details: new Dictionary<string, object?>
            {
                ["point"] = point.Id.ToString(),
                ["created"] = Timestamp.Of(point.CreatedAt),
            }
        );
    }

    /// <summary>point.not-found: no restore point has that id, or fits that time.</summary>
    /// <param name="name">What was asked for, as it was typed.</param>
    public static LonghaulException PointNotFound(string name) =>
        new(
            "point.not-found",
            Retry.AfterOperator,
            $"there is no restore point '{name}'",
            "'longhaul point list BACKUP' lists the points there are.",
            details: new Dictionary<string, object?> { ["name"] = name }
        );

    /// <summary>point.pinned: what a person pinned is deleted only when it is unpinned.</summary>
    /// <param name="point">The point.</param>
    public static LonghaulException PointPinned(PointId point) =>
        new(
            "point.pinned",
            Retry.AfterOperator,
            $"restore point {point} is pinned",
            $"Run 'longhaul point unpin {point}' first.",
            details: new Dictionary<string, object?> { ["point"] = point.ToString() }
        );

    /// <summary>point.last: the last complete point of a machine is deleted only with consent.</summary>
    /// <param name="point">The point.</param>
    /// <param name="machine">Name of the machine.</param>
    public static LonghaulException PointLast(PointId point, string machine) =>
        new(
            "point.last",
            Retry.AfterOperator,
            $"restore point {point} is the last complete one of machine '{machine}' in this backup",
            "Give --force to delete it all the same; the next run then makes a full.",
            details: new Dictionary<string, object?> { ["point"] = point.ToString(), ["machine"] = machine }
        );
}
