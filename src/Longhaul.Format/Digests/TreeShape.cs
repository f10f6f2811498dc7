using Longhaul.Core;

namespace Longhaul.Format.Digests;

/// <summary>How a disk's block table is laid out: pages of 64 blocks under a tree of fan-out 64.</summary>
/// <remarks>A page is level 0; a node of level k stands over 64 children of level k - 1, so over 64^(k+1) blocks. The
/// topmost level is the smallest whose one node covers the disk.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record TreeShape
{
    /// <summary>Base-2 logarithm of <see cref="FanOut"/>.</summary>
    public const int FanOutLog2 = 6;

    /// <summary>Blocks of a page, and children of a node.</summary>
    public const int FanOut = 1 << FanOutLog2;

    /// <summary>Works the shape out.</summary>
    /// <param name="size">The disk's size in bytes, 0 to <see cref="DigestTree.MaxDiskSize"/>.</param>
    /// <param name="blockSize">A block size of the format.</param>
    /// <exception cref="ArgumentException">One of them is out of range.</exception>
    public TreeShape(long size, int blockSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, DigestTree.MaxDiskSize);
        BlockLevel = DigestTree.LevelOf(blockSize);
        Size = size;
        BlockSize = blockSize;
        Blocks = BlocksOf(size, blockSize);
        while (NodesAt(Levels) > 1)
        {
            Levels++;
        }
    }

    /// <summary>The disk's size in bytes.</summary>
    public long Size { get; }

    /// <summary>Bytes of a block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks of the disk; the last may be short.</summary>
    public long Blocks { get; }

    /// <summary>Levels of nodes above the pages; 0 when one page covers the disk.</summary>
    public int Levels { get; }

    /// <summary>The digest tree's level at which blocks stand.</summary>
    public int BlockLevel { get; }

    /// <summary>Pages of the disk.</summary>
    public long Pages => NodesAt(0);

    /// <summary>Blocks of a disk; the last may be short.</summary>
    /// <param name="size">The disk's size in bytes.</param>
    /// <param name="blockSize">Bytes of a block.</param>
    public static long BlocksOf(long size, int blockSize) => size / blockSize + (size % blockSize == 0 ? 0 : 1);

    /// <summary>Nodes of a level that cover some of the disk.</summary>
    /// <param name="level">0 for pages.</param>
    public long NodesAt(int level)
    {
        var shift = FanOutLog2 * (level + 1);
        return (Blocks >> shift) + ((Blocks & (1L << shift) - 1) == 0 ? 0 : 1);
    }

    /// <summary>How many of a node's 64 children cover some of the disk.</summary>
    /// <param name="level">0 for a page, whose children are blocks.</param>
    /// <param name="index">The node's place in its level.</param>
    /// <returns>0 to 64.</returns>
    public int ChildrenOf(int level, long index)
    {
        var below = level == 0 ? Blocks : NodesAt(level - 1);
        return (int)Math.Clamp(below - (index << FanOutLog2), 0, FanOut);
    }

    /// <summary>The digest tree's level at which the nodes of a table level stand.</summary>
    /// <param name="level">0 for pages.</param>
    public int DigestLevel(int level) => BlockLevel + FanOutLog2 * (level + 1);

    /// <summary>The digest of a subtree of zeros that is a child of a node.</summary>
    /// <param name="level">The node's level; 0 for a page, whose children are blocks.</param>
    public Digest ZeroChild(int level) => DigestTree.Zero(DigestLevel(level) - FanOutLog2);

    /// <summary>The disk's digest.</summary>
    /// <param name="topChildren">Digests of the 64 children of the topmost node, zeros beyond the disk's end.</param>
    public Digest Root(ReadOnlySpan<Digest> topChildren)
    {
        var below = DigestTree.TopLevel(Size) - (DigestLevel(Levels) - FanOutLog2);
        return DigestTree.Disk(Size, DigestTree.Combine(topChildren[..(1 << below)]));
    }
}
