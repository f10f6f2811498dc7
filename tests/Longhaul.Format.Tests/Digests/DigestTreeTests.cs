using System.Security.Cryptography;
using CsCheck;
using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Tests.Digests;

public sealed class DigestTreeTests
{
    private static readonly int[] s_blockSizes = [256 << 10, 512 << 10, 1 << 20, 4 << 20];

    [Fact]
    public void Leaf_is_the_hash_of_a_zero_byte_and_the_padded_data()
    {
        var data = new byte[] { 1, 2, 3 };
        var input = new byte[1 + DigestTree.LeafSize];
        data.CopyTo(input, 1);

        Assert.Equal(new Digest(SHA256.HashData(input)), DigestTree.Leaf(data));
    }

    [Fact]
    public void Zero_leaf_is_the_true_hash_of_zeros()
    {
        var expected = new Digest(SHA256.HashData(new byte[1 + DigestTree.LeafSize]));

        Assert.Equal(expected, DigestTree.Zero(0));
        Assert.Equal(expected, DigestTree.Leaf(new byte[1000]));
        Assert.Equal(DigestTree.Node(expected, expected), DigestTree.Zero(1));
    }

    [Fact]
    public void Leaf_node_and_disk_are_prefixed_differently()
    {
        var zero = DigestTree.Zero(3);
        var node = new Digest(SHA256.HashData([1, .. zero.ToBytes(), .. zero.ToBytes()]));
        var disk = new Digest(SHA256.HashData([2, 9, 0, 0, 0, 0, 0, 0, 0, .. zero.ToBytes()]));

        Assert.Equal(node, DigestTree.Node(zero, zero));
        Assert.Equal(disk, DigestTree.Disk(9, zero));
    }

    [Fact]
    public void Same_disk_has_the_same_root_at_every_block_size()
    {
        // Sizes around every border, tiny disks and short tails among them.
        var borders = Gen.OneOf(0, 1, 4096, 256 << 10, 512 << 10, 1 << 20, 4 << 20, 5 << 20, 9 << 20, 17 << 20);
        Gen.Select(borders, Gen.Int[-4096, 4096], Gen.Int[0, 1 << 20].Array[0, 5])
            .Sample(
                (border, more, places) =>
                {
                    var disk = new byte[Math.Max(0, border + more)];
                    foreach (var place in places.Where(_ => disk.Length > 0))
                    {
                        disk[(int)((long)place * (disk.Length - 1) >> 20)] = (byte)(place & 0xff | 1);
                    }

                    Assert.Single(s_blockSizes.Select(blockSize => RootOf(disk, blockSize)).Distinct());
                },
                iter: 60
            );
    }

    [Fact]
    public void Disks_that_differ_in_one_byte_or_in_size_have_different_roots()
    {
        var disk = new byte[3 << 20];
        var other = new byte[3 << 20];
        other[^1] = 1;

        Assert.NotEqual(RootOf(disk, 1 << 20), RootOf(other, 1 << 20));
        Assert.NotEqual(RootOf(disk, 1 << 20), RootOf(disk[..^1], 1 << 20));
    }

    [Fact]
    public void Builder_and_tree_shape_agree_about_the_root()
    {
        Gen.Select(Gen.Int[0, 300], Gen.OneOf(s_blockSizes))
            .Sample(
                (blocks, blockSize) =>
                {
                    var size = (long)blocks * blockSize;
                    var shape = new TreeShape(size, blockSize);
                    var digests = Enumerable.Range(0, blocks).Select(block => Samples.DigestOf(block)).ToArray();
                    var builder = new DiskDigestBuilder(size, blockSize);
                    foreach (var digest in digests)
                    {
                        builder.Add(digest);
                    }

                    Assert.Equal(shape.Root(ChildrenOf(shape, digests)), builder.Finish());
                },
                iter: 200
            );
    }

    [Fact]
    public void Combine_of_zeros_is_zero_of_the_level_above()
    {
        var children = Enumerable.Repeat(DigestTree.Zero(2), 64).ToArray();

        Assert.Equal(DigestTree.Zero(8), DigestTree.Combine(children));
        children[63] = Samples.DigestOf(1);
        Assert.NotEqual(DigestTree.Zero(8), DigestTree.Combine(children));
    }

    [Fact]
    public void Point_digest_keeps_names_and_contents_apart()
    {
        var root = Samples.DigestOf(1);
        ReadOnlyMemory<byte> one = new byte[] { 1 };
        var digests = new[]
        {
            DigestTree.Point([("ab", root)], []),
            DigestTree.Point([("a", root), ("b", root)], []),
            DigestTree.Point([("b", root), ("a", root)], []),
            DigestTree.Point([("ab", root)], [("c", one)]),
            DigestTree.Point([("ab", root)], [("", one)]),
        };

        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4 << 20, 4)]
    [InlineData((4 << 20) + 1, 5)]
    [InlineData(1L << 40, 22)]
    [InlineData(DigestTree.MaxDiskSize, 38)]
    public void Top_level_is_the_smallest_that_covers_the_disk_but_never_below_the_largest_block(
        long size,
        int level
    ) => Assert.Equal(level, DigestTree.TopLevel(size));

    private static Digest RootOf(byte[] disk, int blockSize)
    {
        var builder = new DiskDigestBuilder(disk.Length, blockSize);
        for (var offset = 0; offset < disk.Length; offset += blockSize)
        {
            var block = disk.AsSpan(offset, Math.Min(blockSize, disk.Length - offset));
            builder.Add(DigestTree.Block(block, blockSize));
        }

        return builder.Finish();
    }

    private static Digest[] ChildrenOf(TreeShape shape, Digest[] blocks)
    {
        var level = blocks;
        for (var above = 0; above <= shape.Levels; above++)
        {
            var padded = level
                .Concat(
                    Enumerable.Repeat(
                        shape.ZeroChild(above),
                        64 * (int)Math.Max(1, shape.NodesAt(above)) - level.Length
                    )
                )
                .ToArray();
            if (above == shape.Levels)
            {
                return padded;
            }

            level = [.. padded.Chunk(64).Select(children => DigestTree.Combine(children))];
        }

        return level;
    }
}
