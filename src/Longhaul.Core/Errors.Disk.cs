namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>disk.not-found: nothing lies at a disk's path, or nothing that is a disk.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="path">Where it was looked for.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException DiskNotFound(string machine, string disk, string path, Exception? cause = null) =>
        new(
            "disk.not-found",
            Retry.AfterOperator,
            $"{disk} of {machine} is not found at {path}",
            "Check the path, or give the machine its new one with 'longhaul machine edit'.",
            cause,
            DiskDetails(machine, disk, path)
        );

    /// <summary>disk.not-a-disk: a folder, a pipe or another thing that has no blocks lies at a disk's path.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="what">What it is, with its article: <c>a directory</c>.</param>
    public static LonghaulException DiskNotADisk(string machine, string disk, string path, string what) =>
        new(
            "disk.not-a-disk",
            Retry.AfterOperator,
            $"{disk} of {machine} at {path} is {what}, not a disk",
            "A disk is an image file or a block device; correct the path with 'longhaul machine edit'.",
            details: DiskDetails(machine, disk, path)
        );

    /// <summary>disk.access-denied: the operating system does not let the disk be read.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException DiskAccessDenied(string machine, string disk, string path, Exception? cause) =>
        new(
            "disk.access-denied",
            Retry.AfterOperator,
            $"{disk} of {machine} at {path} may not be read",
            "Run longhaul as a user who may read it, such as a member of the group 'disk'.",
            cause,
            DiskDetails(machine, disk, path)
        );

    /// <summary>disk.format-unsupported: the file is a disk image of a format that is not read.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="format">The format's name, such as <c>qed</c>.</param>
    public static LonghaulException DiskFormatUnsupported(string machine, string disk, string path, string format) =>
        new(
            "disk.format-unsupported",
            Retry.AfterOperator,
            $"{disk} of {machine} is, or is based on, a {format} image, which this version does not read",
            $"Make another image of it with 'qemu-img convert -O qcow2 {path} {path}.qcow2'.",
            details: new Dictionary<string, object?>(DiskDetails(machine, disk, path)) { ["format"] = format }
        );

    /// <summary>disk.image-unreadable: QEMU does not open a disk image.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="reason">Why, in QEMU's words.</param>
    public static LonghaulException DiskImageUnreadable(string machine, string disk, string path, string reason) =>
        new(
            "disk.image-unreadable",
            Retry.AfterOperator,
            $"{disk} of {machine} at {path} cannot be opened: {reason}",
            "See whether 'qemu-img info' can read it. An image that a running machine writes to is locked.",
            details: DiskDetails(machine, disk, path)
        );

    /// <summary>disk.image-damaged: a disk image is truncated or contradicts itself.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="what">What is wrong, as a clause.</param>
    public static LonghaulException DiskImageDamaged(string machine, string disk, string path, string what) =>
        new(
            "disk.image-damaged",
            Retry.AfterOperator,
            $"{disk} of {machine} at {path} is damaged: {what}",
            "Nothing was read from it; earlier restore points are as they were. 'qemu-img check' says more.",
            details: DiskDetails(machine, disk, path)
        );

    /// <summary>disk.read-error: a part of a disk could not be read.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="offset">First byte that could not be read.</param>
    /// <param name="what">Why, as a short clause.</param>
    /// <param name="cause">The system's error, if there was one.</param>
    public static LonghaulException DiskReadError(
        string machine,
        string disk,
        string path,
        long offset,
        string what,
        Exception? cause = null
    ) =>
        new(
            "disk.read-error",
            Retry.AfterOperator,
            $"{disk} of {machine} at {path} cannot be read at byte {offset}: {what}",
            "Check the device (dmesg, smartctl). Nothing was changed; earlier restore points are as they were.",
            cause,
            new Dictionary<string, object?>(DiskDetails(machine, disk, path)) { ["offset"] = offset }
        );

    private static Dictionary<string, object?> DiskDetails(string machine, string disk, string path) =>
        new()
        {
            ["machine"] = machine,
            ["disk"] = disk,
            ["path"] = path,
        };
}
