using Longhaul.Format.Points;

namespace Longhaul.Engine.BackUp;

/// <summary>One block of a disk that is to be compared with its old version.</summary>
/// <param name="Index">The block's index in its disk.</param>
/// <param name="Offset">Its first byte in the disk.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="IsHole">Whether the disk has a hole here: all zeros, and nothing to read.</param>
/// <param name="Old">What the block was in the newest point.</param>
/// <param name="IsComparable">False when the old version has another length, so that equal digests do not mean the same
/// frame.</param>
/// <threadsafety>Immutable.</threadsafety>
internal readonly record struct ScannedBlock(
    long Index,
    long Offset,
    int Length,
    bool IsHole,
    BlockVersion Old,
    bool IsComparable
);
