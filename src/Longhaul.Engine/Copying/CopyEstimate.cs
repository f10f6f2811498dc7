using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Engine.Runs;

namespace Longhaul.Engine.Copying;

/// <summary>What copying one machine would take.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CopyEstimate
{
    /// <summary>The machine.</summary>
    public required CopyMachine Machine { get; init; }

    /// <summary>The target's newest point of it; null: a full.</summary>
    public RestorePoint? Baseline { get; init; }

    /// <summary>How it was found.</summary>
    public BaselineFoundBy FoundBy { get; init; }

    /// <summary>Blocks of the target that differ; where block sizes differ, that may differ.</summary>
    public long ChangedBlocks { get; init; }

    /// <summary>Bytes of disk in those blocks.</summary>
    public long ChangedBytes { get; init; }

    /// <summary>Blocks of the target that are not zero on either side: what <see cref="ChangedBlocks"/> is a part of. At
    /// most that many are named where there is no baseline, and none where nothing differs.</summary>
    public long ComparedBlocks { get; init; }

    /// <summary>Bytes that are to be sent, control data included.</summary>
    public long BytesToSend { get; init; }

    /// <summary>How many of them at most are for a complete table that is due, so that no point is read through too many;
    /// 0 when none is.</summary>
    public long FullTableBytes { get; init; }

    /// <summary>True when <see cref="BytesToSend"/> is exact; false when it is an upper bound.</summary>
    public bool IsExact { get; init; }

    /// <summary>Digests of the changed blocks, to be asked for at the target.</summary>
    internal IReadOnlySet<Digest> Wanted { get; init; } = new HashSet<Digest>();
}
