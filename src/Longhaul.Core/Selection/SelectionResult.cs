using Longhaul.Core.Backups;

namespace Longhaul.Core.Selection;

/// <summary>Which point is copied, and why no other.</summary>
/// <param name="Point">The point to copy; null when there is none.</param>
/// <param name="Source">The chain it is in; null exactly when <paramref name="Point"/> is.</param>
/// <param name="PassedOver">Points that were not taken, with the reason: of each source the newest for each reason.
/// Points that are merely older than the one taken are not listed.</param>
/// <param name="IdleReason">When there is no point and that is no failure: one sentence that says why.</param>
/// <param name="Error">When there is no point and that is a failure: <c>point.date</c>.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SelectionResult(
    RestorePoint? Point,
    SourceChain? Source,
    IReadOnlyList<PassedOverPoint> PassedOver,
    string? IdleReason,
    LonghaulException? Error
);

/// <summary>A point that was not taken.</summary>
/// <param name="Point">The point.</param>
/// <param name="Reason">Why, for programs.</param>
/// <param name="Message">Why, one sentence that names the point.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PassedOverPoint(RestorePoint Point, PassedOverReason Reason, string Message);

/// <summary>Why a point was not taken.</summary>
public enum PassedOverReason
{
    /// <summary>It lies in the target repository itself.</summary>
    InTargetRepository = 1,

    /// <summary>Its backup was found by rescan, is adopted by no job, and this job does not name it.</summary>
    Imported = 2,

    /// <summary>Some of it is missing or damaged.</summary>
    Incomplete = 3,

    /// <summary>The target chain has it.</summary>
    AlreadyCopied = 4,

    /// <summary>It is not newer than the newest of that machine in the target chain.</summary>
    NotNewer = 5,

    /// <summary>It is dated further in the future than one interval.</summary>
    FutureDate = 6,

    /// <summary>It is older than the interval.</summary>
    TooOld = 7,
}
