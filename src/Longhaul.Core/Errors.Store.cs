namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>store.no-space: the file system or quota is full.</summary>
    /// <param name="name">What was being written.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException StoreNoSpace(string name, Exception? cause = null) =>
        new(
            "store.no-space",
            Retry.AfterOperator,
            $"no space left while writing {name}",
            "Free space or lower --keep, then run the job again: it goes on where it was.",
            cause,
            new Dictionary<string, object?> { ["file"] = name }
        );

    /// <summary>store.unreachable: the repository does not answer or its folder is gone.</summary>
    /// <param name="store">The path or URL.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException StoreUnreachable(string store, Exception? cause = null) =>
        new(
            "store.unreachable",
            Retry.Later,
            $"repository at {store} cannot be reached",
            "Is the disk mounted, is the host up? Check the path with 'longhaul repository show'.",
            cause
        );

    /// <summary>store.access-denied: the operating system refused.</summary>
    /// <param name="name">What was accessed.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException StoreAccessDenied(string name, Exception? cause = null) =>
        new(
            "store.access-denied",
            Retry.AfterOperator,
            $"access to {name} was denied",
            "Check the owner and mode of the repository's folder, and whether it is mounted read-only.",
            cause
        );

    /// <summary>store.io: the device reported an error.</summary>
    /// <param name="name">What was accessed.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException StoreIo(string name, Exception? cause = null) =>
        new(
            "store.io",
            Retry.AfterOperator,
            $"input/output error on {name}: {cause?.Message}",
            "Check the disk (dmesg, smartctl); nothing committed before is affected. Then run the job again.",
            cause
        );
}
