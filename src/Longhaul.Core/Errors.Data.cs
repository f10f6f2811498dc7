namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>data.damaged: bytes of a file are not what they must be.</summary>
    /// <param name="file">Name of the file, from the backup folder down.</param>
    /// <param name="offset">Where in the file the damage was noticed, in bytes.</param>
    /// <param name="what">What is wrong, as a short clause.</param>
    /// <param name="cause">What the decoder threw, if it did.</param>
    public static LonghaulException DataDamaged(string file, long offset, string what, Exception? cause = null) =>
        new(
            "data.damaged",
            Retry.Never,
            $"{file} is damaged at byte {offset}: {what}",
            "Run 'longhaul backup verify --data' to see which restore points suffer; copy them again from a good backup.",
            cause,
            new Dictionary<string, object?>
            {
                ["file"] = file,
                ["offset"] = offset,
                ["what"] = what,
            }
        );

    /// <summary>data.missing: a file that a restore point needs is not there.</summary>
    /// <param name="file">Name of the file, from the backup folder down.</param>
    public static LonghaulException DataMissing(string file) =>
        new(
            "data.missing",
            Retry.Never,
            $"{file} is missing",
            "Was the folder copied whole? Copy that file again, or run 'longhaul backup verify' to see what suffers.",
            details: new Dictionary<string, object?> { ["file"] = file, ["offset"] = 0L }
        );

    /// <summary>data.unreadable: a part of a file cannot be read, and the repository answers otherwise.</summary>
    /// <param name="file">Name of the file, from the folder down that is asked.</param>
    /// <param name="offset">Where in the file the read began, in bytes.</param>
    /// <param name="cause">What the system said.</param>
    public static LonghaulException DataUnreadable(string file, long offset, Exception? cause = null) =>
        new(
            "data.unreadable",
            Retry.AfterOperator,
            $"{file} is unreadable at byte {offset}: {cause?.Message}",
            "Check the disk (dmesg, smartctl); run 'longhaul backup verify --data' to see which restore points suffer.",
            cause,
            new Dictionary<string, object?>
            {
                ["file"] = file,
                ["offset"] = offset,
                ["what"] = "unreadable: the device reports an error",
            }
        );

    /// <summary>data.removed: what was being read was removed by retention meanwhile.</summary>
    /// <param name="file">Name of the file, from the backup folder down.</param>
    public static LonghaulException DataRemoved(string file) =>
        new(
            "data.removed",
            Retry.Later,
            $"{file} was removed while it was being read",
            "The restore point was removed by retention; pick a newer one and start again."
        );

    /// <summary>format.unsupported: a newer format version, or an unknown feature that is required.</summary>
    /// <param name="file">Name of the file, from the backup folder down.</param>
    /// <param name="number">The version or feature number found.</param>
    public static LonghaulException FormatUnsupported(string file, long number) =>
        new(
            "format.unsupported",
            Retry.AfterOperator,
            $"{file} needs format {number}, which this program does not know",
            "Use a newer longhaul to read this backup.",
            details: new Dictionary<string, object?> { ["file"] = file, ["number"] = number }
        );
}
