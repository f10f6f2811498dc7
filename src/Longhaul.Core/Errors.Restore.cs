namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>restore.exists: a file of that name is there already.</summary>
    /// <param name="path">The file.</param>
    public static LonghaulException RestoreExists(string path) =>
        new(
            "restore.exists",
            Retry.AfterOperator,
            $"{path} exists already",
            "Restore to another folder with --to, or replace the file with --force.",
            details: new Dictionary<string, object?> { ["file"] = path }
        );

    /// <summary>restore.no-disk: the restore point has no such disk.</summary>
    /// <param name="disk">The disk asked for.</param>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disks">The disks it has.</param>
    public static LonghaulException RestoreNoDisk(string disk, string machine, IReadOnlyList<string> disks) =>
        new(
            "restore.no-disk",
            Retry.Never,
            $"this restore point of '{machine}' has no disk '{disk}'",
            $"It has: {string.Join(", ", disks)}."
        );
}
