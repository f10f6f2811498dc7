namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>backup.no-job: the backup's log has no definition of the job that owned it.</summary>
    /// <param name="backup">The backup's name.</param>
    public static LonghaulException BackupNoJob(string backup) =>
        new(
            "backup.no-job",
            Retry.AfterOperator,
            $"the log of backup '{backup}' has no definition of a job",
            "Add a copy job and map it to this backup: 'longhaul job add copy' and 'longhaul job map'."
        );
}
