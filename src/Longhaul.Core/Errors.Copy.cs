namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>copy.full-unannounced: a full would cross the wire that nobody was told of.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="reason">Why it would be a full, as a short clause.</param>
    /// <param name="bytes">What would be sent, in bytes; an upper bound.</param>
    /// <param name="job">The job's name.</param>
    public static LonghaulException CopyFullUnannounced(string machine, string reason, long bytes, string job) =>
        new(
            "copy.full-unannounced",
            Retry.AfterOperator,
            $"machine '{machine}' would be sent as a full of up to {bytes} bytes: {reason}",
            $"See 'longhaul job plan {job}'; then run the job again, or consent with 'longhaul job run {job} --full'.",
            details: new Dictionary<string, object?>
            {
                ["machine"] = machine,
                ["reason"] = reason,
                ["bytes"] = bytes,
                ["job"] = job,
            }
        );

    /// <summary>copy.root-differs: the copy of a restore point came out with another digest than the original.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="point">The source point.</param>
    public static LonghaulException CopyRootDiffers(string machine, PointId point) =>
        new(
            "copy.root-differs",
            Retry.Never,
            $"the copy of restore point {point} of '{machine}' has another digest than the original; it was not committed",
            "Run 'longhaul backup verify --data' on the source and on the target: one of them is damaged."
        );
}
