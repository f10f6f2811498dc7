using Longhaul.Core;

namespace Longhaul.Engine.Verifying;

/// <summary>Damage to a file, before it is known who suffers.</summary>
/// <param name="File">Its name, from the backup folder down.</param>
/// <param name="Offset">Where it was noticed, in bytes.</param>
/// <param name="What">A short clause.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record Fault(string File, long Offset, string What)
{
    /// <summary>Whether an error says that stored bytes are not as they must be.</summary>
    /// <param name="error">Any error of ours.</param>
    internal static bool IsOne(LonghaulException error) =>
        error.Code is "data.damaged" or "data.missing" or "data.unreadable" or "format.unsupported";

    /// <summary>Whether an error says that what was read is needed no more: it was removed meanwhile.</summary>
    /// <param name="error">Any error of ours.</param>
    internal static bool IsRemoval(LonghaulException error) => error.Code is "data.removed" or "point.not-found";

    /// <summary>Turns an error for which <see cref="IsOne"/> holds into a fault.</summary>
    /// <param name="error">The error.</param>
    internal static Fault Of(LonghaulException error) =>
        new(
            error.Details.GetValueOrDefault("file") as string ?? "",
            error.Details.GetValueOrDefault("offset") as long? ?? 0,
            error.Code == "data.missing"
                ? "it is missing"
                : error.Details.GetValueOrDefault("what") as string ?? error.Message
        );
}
