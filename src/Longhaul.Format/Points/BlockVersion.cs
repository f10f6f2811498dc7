using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>What stands at one place of a disk at one time, and where it is stored.</summary>
/// <param name="Digest">The block's digest.</param>
/// <param name="Address">The frame that holds it; null for a block of zeros, whose digest is then the zero digest.</param>
public readonly record struct BlockVersion(Digest Digest, FrameAddress? Address)
{
    /// <summary>Whether the block is all zeros.</summary>
    public bool IsZero => Address is null;

    /// <summary>The version of a block of zeros.</summary>
    /// <param name="blockSize">A block size of the format.</param>
    public static BlockVersion ZeroOf(int blockSize) => new(DigestTree.Zero(DigestTree.LevelOf(blockSize)), null);
}
