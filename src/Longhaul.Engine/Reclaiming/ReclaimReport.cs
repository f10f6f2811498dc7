namespace Longhaul.Engine.Reclaiming;

/// <summary>What reclaiming freed.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ReclaimReport
{
    /// <summary>Dead segments whose files were deleted.</summary>
    public int SegmentsDeleted { get; init; }

    /// <summary>Other files that were deleted: tables nobody needs, and what broken-off runs left.</summary>
    public int FilesDeleted { get; init; }

    /// <summary>Bytes of all files deleted.</summary>
    public long BytesFreed { get; init; }

    /// <summary>Bytes of files that nobody needs and that wait for the delay, or for a reader.</summary>
    public long BytesWaiting { get; init; }

    /// <summary>Bytes among them of files that are protected from deletion.</summary>
    public long BytesProtected { get; init; }

    /// <summary>Files that came under protection, and files whose protection was lifted.</summary>
    public int FilesProtected { get; init; }

    /// <inheritdoc cref="FilesProtected"/>
    public int FilesLifted { get; init; }

    /// <summary>Why files are not protected that should be, or not lifted; null for nothing.</summary>
    public Core.LonghaulException? ProtectionProblem { get; init; }

    /// <summary>Files that no record lists and that were condemned by this call.</summary>
    public int LeftoversCondemned { get; init; }

    /// <summary>Stored bytes of the frames that a full sweep condemned; 0 without one.</summary>
    public long BytesSwept { get; init; }

    /// <summary>What compaction did.</summary>
    public CompactionReport Compaction { get; init; } = CompactionReport.None;

    /// <summary>Ids of the living reader leases that held deletion back; empty for none.</summary>
    public IReadOnlyList<SessionId> HeldBackBy { get; init; } = [];
}
