using Longhaul.Core.Selection;

namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>point.protected: a protected point is not deleted before its time.</summary>
    /// <param name="point">The point.</param>
    /// <param name="until">When its protection is over, by the protected clock.</param>
    public static LonghaulException PointProtected(PointId point, DateTimeOffset until) =>
        new(
            "point.protected",
            Retry.AfterOperator,
            $"restore point {point} is protected from deletion until {Timestamp.Of(until)}",
            "It goes by the job's retention after that; nobody can delete it before, and its space stays taken.",
            details: new Dictionary<string, object?>
            {
                ["point"] = point.ToString(),
                ["protectedUntil"] = Timestamp.Of(until),
            }
        );

    /// <summary>backup.protected: a backup with protected points is not deleted, nor written anew.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="what">What was to be done with it: <c>deleted</c>, <c>encrypted</c>.</param>
    /// <param name="until">When the last protection is over, by the protected clock; null when nobody can say.</param>
    public static LonghaulException BackupProtected(string backup, string what, DateTimeOffset? until) =>
        new(
            "backup.protected",
            Retry.AfterOperator,
            until is { } end
                ? $"backup '{backup}' cannot be {what}: points of it are protected from deletion until {Timestamp.Of(end)}"
                : $"backup '{backup}' cannot be {what}: files of it are protected from deletion",
            "Wait until then, and run 'longhaul repository reclaim', which lifts what is due; "
                + "'longhaul backup show' lists until when each point is protected.",
            details: new Dictionary<string, object?>
            {
                ["backup"] = backup,
                ["protectedUntil"] = until is { } known ? Timestamp.Of(known) : null,
            }
        );

    /// <summary>store.protected: an object under protection cannot be deleted.</summary>
    /// <param name="name">The object.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException StoreProtected(string name, Exception? cause = null) =>
        new(
            "store.protected",
            Retry.AfterOperator,
            $"{name} is protected from deletion",
            "It goes when its protection is over: 'longhaul repository reclaim' lifts what is due.",
            cause,
            new Dictionary<string, object?> { ["file"] = name }
        );

    /// <summary>store.protect-unsupported: the place cannot protect files, or this user may not.</summary>
    /// <param name="store">The path or URL.</param>
    /// <param name="reason">Why, a clause.</param>
    public static LonghaulException StoreProtectUnsupported(string store, string reason) =>
        new(
            "store.protect-unsupported",
            Retry.AfterOperator,
            $"files at {store} cannot be protected from deletion: {reason}",
            "Protection needs the superuser and a directory on ext4, XFS or Btrfs; leave out --immutable-for otherwise.",
            details: new Dictionary<string, object?> { ["reason"] = reason }
        );

    /// <summary>job.protection: --immutable-for and the rest of the definition cannot both hold.</summary>
    /// <param name="job">The job.</param>
    /// <param name="arithmetic">Why, with the numbers: a clause.</param>
    /// <param name="hint">What to change.</param>
    public static LonghaulException JobProtection(string job, string arithmetic, string hint) =>
        new(
            "job.protection",
            Retry.AfterOperator,
            $"job '{job}' cannot protect its points like this: {arithmetic}",
            hint,
            details: new Dictionary<string, object?> { ["job"] = job }
        );
}
