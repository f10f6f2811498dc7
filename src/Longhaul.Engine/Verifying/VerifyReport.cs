using Longhaul.Format.Segments;

namespace Longhaul.Engine.Verifying;

/// <summary>What a verification found.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record VerifyReport
{
    /// <summary>Restore points looked at.</summary>
    public int PointsChecked { get; init; }

    /// <summary>Block versions looked at, each once; with data: those whose content was compared.</summary>
    public long BlocksChecked { get; init; }

    /// <summary>Bytes read of tables, records and, with data, frames.</summary>
    public long BytesRead { get; init; }

    /// <summary>Segments of which all that restore points need was read and found good; empty where nothing was read.</summary>
    public IReadOnlySet<SegmentId> Verified { get; init; } = new HashSet<SegmentId>();

    /// <summary>Segments that were to be read.</summary>
    public IReadOnlySet<SegmentId> Chosen { get; init; } = new HashSet<SegmentId>();

    /// <summary>The damage found, at most <see cref="BackupVerifier.DamageLimit"/>; empty when there is none.</summary>
    public IReadOnlyList<Damage> Damaged { get; init; } = [];

    /// <summary>How many more there are than <see cref="Damaged"/> lists.</summary>
    public long DamagedUnlisted { get; init; }

    /// <summary>Frames that a scrub found broken, in no order; empty for a verification, which says whose blocks they are.</summary>
    public IReadOnlyList<FrameAddress> BrokenFrames { get; init; } = [];

    /// <summary>Every restore point that suffers, also from damage that is not listed.</summary>
    public IReadOnlyList<PointId> Suffering { get; init; } = [];
}
