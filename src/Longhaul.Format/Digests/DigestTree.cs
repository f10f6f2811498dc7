using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Longhaul.Core;

namespace Longhaul.Format.Digests;

/// <summary>The Merkle tree over a disk's content: what every digest of content is a node of.</summary>
/// <remarks>
/// <para>Level 0 is a leaf of 256 KiB; a node of level n + 1 stands over two of level n. A block's digest is the node at
/// the block's size, so the same disk has the same root at every block size.</para>
/// <para>Source: docs/format.md, section "Digests".</para>
/// </remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class DigestTree
{
    /// <summary>Base-2 logarithm of <see cref="LeafSize"/>.</summary>
    public const int LeafSizeLog2 = 18;

    /// <summary>Bytes under a leaf.</summary>
    public const int LeafSize = 1 << LeafSizeLog2;

    /// <summary>Level of the largest block size, 4 MiB; no disk's top is below it.</summary>
    public const int LargestBlockLevel = 4;

    /// <summary>Greatest level of <see cref="Zero"/>.</summary>
    public const int MaxLevel = 48;

    /// <summary>Greatest size of a disk, in bytes: 64 PiB.</summary>
    public const long MaxDiskSize = 1L << 56;

    private static readonly byte[] s_zeros = new byte[LeafSize];
    private static readonly Digest[] s_zero = MakeZeros();
    private static readonly Dictionary<Digest, int> s_zeroLevel = s_zero
        .Select((digest, level) => (digest, level))
        .ToDictionary(pair => pair.digest, pair => pair.level);

    /// <summary>The digest of a subtree that is all zeros.</summary>
    /// <param name="level">0 (a leaf) to <see cref="MaxLevel"/>.</param>
    public static Digest Zero(int level) => s_zero[level];

    /// <summary>The digest of a leaf.</summary>
    /// <param name="data">At most <see cref="LeafSize"/> bytes; what is missing counts as zeros.</param>
    /// <exception cref="ArgumentException"><paramref name="data"/> is longer.</exception>
    public static Digest Leaf(ReadOnlySpan<byte> data)
    {
        if (data.Length > LeafSize)
        {
            throw new ArgumentException($"A leaf has at most {LeafSize} bytes, not {data.Length}.", nameof(data));
        }

        return IsZero(data) ? s_zero[0] : HashLeaf(data);
    }

    /// <summary>The digest of a node.</summary>
    /// <param name="left">The digest over the first half.</param>
    /// <param name="right">The digest over the second half.</param>
    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Digest.Size];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Digest.Size)..]);
        return Digest.Of(input);
    }

    /// <summary>The digest of a block.</summary>
    /// <param name="content">At most <paramref name="blockSize"/> bytes; what is missing counts as zeros.</param>
    /// <param name="blockSize">A power of two times <see cref="LeafSize"/>.</param>
    /// <exception cref="ArgumentException">The content is longer than the block, or the size is no block size.</exception>
    public static Digest Block(ReadOnlySpan<byte> content, int blockSize)
    {
        var level = LevelOf(blockSize);
        if (content.Length > blockSize)
        {
            throw new ArgumentException(
                $"A block has at most {blockSize} bytes, not {content.Length}.",
                nameof(content)
            );
        }

        return Subtree(content, level);
    }

    /// <summary>The digest of the node over several neighbours of one level.</summary>
    /// <param name="children">A power of two of them, in order; one is its own answer.</param>
    /// <exception cref="ArgumentException">The count is no power of two.</exception>
    public static Digest Combine(ReadOnlySpan<Digest> children)
    {
        if (!BitOperations.IsPow2(children.Length))
        {
            throw new ArgumentException($"{children.Length} is no power of two.", nameof(children));
        }

        if (s_zeroLevel.TryGetValue(children[0], out var level) && !children.ContainsAnyExcept(children[0]))
        {
            return s_zero[level + BitOperations.Log2((uint)children.Length)];
        }

        if (children.Length == 1)
        {
            return children[0];
        }

        var half = children.Length / 2;
        return Node(Combine(children[..half]), Combine(children[half..]));
    }

    /// <summary>The level whose node is a disk's top: the smallest that covers the disk, but at least
    /// <see cref="LargestBlockLevel"/>, so that a disk smaller than a block has the same top at every block size.</summary>
    /// <param name="diskSize">Bytes, 0 to <see cref="MaxDiskSize"/>.</param>
    public static int TopLevel(long diskSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(diskSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(diskSize, MaxDiskSize);
        var level = LargestBlockLevel;
        while ((long)LeafSize << level < diskSize)
        {
            level++;
        }

        return level;
    }

    /// <summary>The digest of a disk.</summary>
    /// <param name="size">Bytes, 0 or more.</param>
    /// <param name="top">The node at <see cref="TopLevel"/> of the size.</param>
    public static Digest Disk(long size, Digest top)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Span<byte> input = stackalloc byte[1 + sizeof(ulong) + Digest.Size];
        input[0] = 2;
        BinaryPrimitives.WriteInt64LittleEndian(input[1..], size);
        top.CopyTo(input[(1 + sizeof(ulong))..]);
        return Digest.Of(input);
    }

    /// <summary>The digest of a restore point: equal exactly when disks and configuration are.</summary>
    /// <param name="disks">Identity and digest of each disk, in the machine's order.</param>
    /// <param name="configuration">Name and bytes of each part of the configuration, in order.</param>
    public static Digest Point(
        IReadOnlyList<(string Id, Digest Root)> disks,
        IReadOnlyList<(string Name, ReadOnlyMemory<byte> Content)> configuration
    )
    {
        ArgumentNullException.ThrowIfNull(disks);
        ArgumentNullException.ThrowIfNull(configuration);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([3]);
        AppendNumber(hash, disks.Count);
        foreach (var (id, root) in disks)
        {
            AppendWithLength(hash, Encoding.UTF8.GetBytes(id));
            hash.AppendData(root.ToBytes());
        }

        AppendNumber(hash, configuration.Count);
        foreach (var (name, content) in configuration)
        {
            AppendWithLength(hash, Encoding.UTF8.GetBytes(name));
            AppendWithLength(hash, content.Span);
        }

        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>The level whose nodes are the digests of blocks.</summary>
    /// <param name="blockSize">A power of two times <see cref="LeafSize"/>, at most 4 MiB.</param>
    /// <returns>0 for 256 KiB to 4 for 4 MiB.</returns>
    /// <exception cref="ArgumentException">The size is no block size.</exception>
    public static int LevelOf(int blockSize) =>
        IsBlockSize(blockSize)
            ? BitOperations.Log2((uint)blockSize) - LeafSizeLog2
            : throw new ArgumentException($"{blockSize} is no block size.", nameof(blockSize));

    /// <summary>Whether a number is a block size the format knows: 256 KiB to 4 MiB, a power of two.</summary>
    /// <param name="blockSize">Bytes.</param>
    public static bool IsBlockSize(long blockSize) =>
        blockSize >= LeafSize && blockSize <= LeafSize << LargestBlockLevel && BitOperations.IsPow2(blockSize);

    /// <summary>Whether all bytes are zero; true for none.</summary>
    /// <param name="bytes">Any length.</param>
    public static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    private static Digest Subtree(ReadOnlySpan<byte> content, int level)
    {
        if (content.IsEmpty)
        {
            return s_zero[level];
        }

        if (level == 0)
        {
            return Leaf(content);
        }

        var half = Math.Min(content.Length, LeafSize << level - 1);
        var left = Subtree(content[..half], level - 1);
        var right = Subtree(content[half..], level - 1);
        var zero = s_zero[level - 1];
        return left == zero && right == zero ? s_zero[level] : Node(left, right);
    }

    private static Digest HashLeaf(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(data);
        hash.AppendData(s_zeros.AsSpan(data.Length));
        Span<byte> result = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(result);
        return new Digest(result);
    }

    private static Digest[] MakeZeros()
    {
        var zeros = new Digest[MaxLevel + 1];
        zeros[0] = HashLeaf([]);
        for (var level = 1; level <= MaxLevel; level++)
        {
            zeros[level] = Node(zeros[level - 1], zeros[level - 1]);
        }

        return zeros;
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void AppendWithLength(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        AppendNumber(hash, bytes.Length);
        hash.AppendData(bytes);
    }
}
