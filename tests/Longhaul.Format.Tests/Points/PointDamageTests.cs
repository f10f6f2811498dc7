using CsCheck;
using Longhaul.Format.Points;

namespace Longhaul.Format.Tests.Points;

public sealed class PointDamageTests
{
    private const string File = "points/a.point";

    [Fact]
    public async Task Any_one_flipped_bit_is_noticed()
    {
        var bytes = await MakeAsync();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = Samples.Flip(bytes, bit);
            Assert.True(
                await Samples.IsRefusedAsync(File, () => ReadAllAsync(damaged)),
                $"bit {bit} of {bytes.Length}"
            );
        }
    }

    [Fact]
    public async Task Truncated_files_are_refused()
    {
        var bytes = await MakeAsync();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.True(await Samples.IsRefusedAsync(File, () => ReadAllAsync(bytes[..length])), $"cut at {length}");
        }
    }

    [Fact]
    public async Task Spliced_and_padded_files_are_refused()
    {
        var bytes = await MakeAsync();
        await Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, bytes.Length - 1], Gen.Int[1, 200])
            .SampleAsync(
                async (from, to, length) =>
                {
                    var spliced = (byte[])bytes.Clone();
                    var count = Math.Min(length, bytes.Length - Math.Max(from, to));
                    bytes.AsSpan(from, count).CopyTo(spliced.AsSpan(to));
                    var refused = await Samples.IsRefusedAsync(File, () => ReadAllAsync(spliced));
                    Assert.Equal(!spliced.AsSpan().SequenceEqual(bytes), refused);
                    byte[] longer = [.. bytes[..from], .. new byte[length], .. bytes[from..]];
                    Assert.True(await Samples.IsRefusedAsync(File, () => ReadAllAsync(longer)));
                },
                iter: 500
            );
    }

    [Fact]
    public void Arbitrary_columns_and_nodes_never_throw()
    {
        var bytes = Gen.Select(Gen.OneOf<byte>(0, 0, 1), Samples.Bytes, (how, rest) => (byte[])[how, .. rest]);
        bytes.Sample(
            column =>
            {
                TableColumns.TryDecodeDigests(column, default, out _);
                TableColumns.TryDecodeAddresses(column, [Samples.Segment], out _);
                TableColumns.TryDecodeAddresses(column, [], out _);
                TableColumns.TryDecodeNode(column, 5000, 64, true, out _);
                DeadList.TryDecode(column, out _);
                PointFooter.TryRead(column, 1000, out _);
            },
            iter: 20_000
        );
    }

    [Fact]
    public void Children_of_a_node_lie_before_it_and_apart()
    {
        var present = 0b111UL;
        var children = Enumerable
            .Range(0, 3)
            .Select(index => (Samples.DigestOf(index), new TableExtent(200 + 100 * index, 30, 1, 20, 2)))
            .ToArray();
        var node = TableColumns.EncodeNode(1000, present, children, true);
        Gen.Select(Gen.Int[0, node.Length - 1], Gen.Byte, Gen.Long[0, 2000])
            .Sample(
                (at, value, offset) =>
                {
                    var mutated = (byte[])node.Clone();
                    mutated[at] = value;
                    if (TableColumns.TryDecodeNode(mutated, offset, 64, true, out var decoded))
                    {
                        var extents = Slots.Of(decoded.Present).Select(decoded.ExtentOf).ToArray();
                        Assert.All(extents, extent => Assert.InRange(extent.Offset, PointPreamble.Size, offset));
                        Assert.All(extents, extent => Assert.True(extent.End <= offset));
                        Assert.All(
                            extents.Zip(extents.Skip(1)),
                            pair => Assert.True(pair.First.End <= pair.Second.Offset)
                        );
                    }
                },
                iter: 20_000
            );
    }

    [Fact]
    public void Node_whose_child_passes_it_is_refused()
    {
        foreach (var (start, valid) in new[] { (950L, true), (951L, false), (1000L, false) })
        {
            var extent = new TableExtent(start, 30, 1, 20, 2);
            var node = TableColumns.EncodeNode(1000, 1, [(Samples.DigestOf(1), extent)], true);
            Assert.Equal(valid, TableColumns.TryDecodeNode(node, 1000, 64, true, out _));
        }
    }

    [Fact]
    public void Node_that_names_a_child_beyond_the_disk_is_refused()
    {
        var node = TableColumns.EncodeNode(1000, 0b100, [(Samples.DigestOf(1), new(200, 30, 1, 20, 2))], true);

        Assert.True(TableColumns.TryDecodeNode(node, 1000, 3, true, out _));
        Assert.False(TableColumns.TryDecodeNode(node, 1000, 2, true, out _));
    }

    internal static async Task<byte[]> MakeAsync()
    {
        var model = new DiskModel(
            5000,
            new()
            {
                [0] = PointSamples.Entry(1),
                [1] = PointSamples.Entry(2),
                [4999] = PointSamples.Entry(3),
            }
        );
        return (await PointSamples.WriteAsync(model, complete: true, deadToo: true)).Bytes;
    }

    internal static async Task ReadAllAsync(byte[] bytes)
    {
        var file = await PointFile.OpenAsync(new MemoryByteRange(File, bytes), new NodeCache(0), null, Samples.Token);
        await file.ReadDeadListAsync(Samples.Token);
        foreach (var disk in file.Disks)
        {
            await foreach (var page in disk.NamedPagesAsync(0, Samples.Token))
            {
                await disk.ReadPageAsync(page, Samples.Token);
            }
        }
    }
}
