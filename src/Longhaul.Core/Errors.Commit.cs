namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>backup.changed: another committed to the backup, and what this step relied on is gone.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="what">What changed.</param>
    public static LonghaulException BackupChanged(string backup, string what) =>
        new(
            "backup.changed",
            Retry.Later,
            $"backup '{backup}' was changed by another while this was being prepared: {what}",
            "Run it again; does it happen again and again, see who else writes: 'longhaul session list'."
        );
}
