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

    /// <summary>restore.not-a-device: what a disk is to be restored to is no block device.</summary>
    /// <param name="path">What was given.</param>
    public static LonghaulException RestoreNotADevice(string path) =>
        new(
            "restore.not-a-device",
            Retry.AfterOperator,
            $"{path} is not a block device",
            "Give the path of one, such as /dev/sdb, or restore to files with --to.",
            details: new Dictionary<string, object?> { ["device"] = path }
        );

    /// <summary>restore.device-in-use: the device to restore to is mounted or otherwise held.</summary>
    /// <param name="path">The device.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException RestoreDeviceInUse(string path, Exception cause) =>
        new(
            "restore.device-in-use",
            Retry.AfterOperator,
            $"{path} is in use: mounted, or part of something that is",
            "Unmount it and what lies on it ('lsblk' shows that), and run this again.",
            cause,
            new Dictionary<string, object?> { ["device"] = path }
        );

    /// <summary>restore.device-too-small: the disk does not fit on the device.</summary>
    /// <param name="path">The device.</param>
    /// <param name="size">Its size, in bytes.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="needed">The disk's size, in bytes.</param>
    public static LonghaulException RestoreDeviceTooSmall(string path, long size, string disk, long needed) =>
        new(
            "restore.device-too-small",
            Retry.AfterOperator,
            $"{path} has {size} bytes, and {disk} has {needed}",
            "Nothing was written. Restore to a device that is as large as the disk, or larger.",
            details: new Dictionary<string, object?>
            {
                ["device"] = path,
                ["sizeBytes"] = size,
                ["disk"] = disk,
                ["neededBytes"] = needed,
            }
        );

    /// <summary>restore.several-disks: one device was given for several disks.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disks">The disks it has.</param>
    public static LonghaulException RestoreSeveralDisks(string machine, IReadOnlyList<string> disks) =>
        new(
            "restore.several-disks",
            Retry.Never,
            $"this restore point of '{machine}' has several disks, and a device takes one",
            $"Choose one with --disk: {string.Join(", ", disks)}."
        );
}
