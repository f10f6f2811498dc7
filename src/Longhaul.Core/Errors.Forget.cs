namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>backup.in-use: jobs that are defined here write to the backup or copy out of it, so it is not forgotten.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="jobs">The jobs' names, at least one.</param>
    public static LonghaulException BackupInUse(string backup, IReadOnlyList<string> jobs) =>
        new(
            "backup.in-use",
            Retry.AfterOperator,
            $"backup '{backup}' is used by {string.Join(", ", jobs.Select(job => $"job '{job}'"))}",
            "Let the job go first, with 'longhaul job unmap' or 'longhaul backup detach', or edit its sources.",
            details: new Dictionary<string, object?> { ["backup"] = backup, ["jobs"] = jobs }
        );
}
