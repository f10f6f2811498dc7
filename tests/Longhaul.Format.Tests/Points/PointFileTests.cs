using CsCheck;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;

namespace Longhaul.Format.Tests.Points;

public sealed class PointFileTests
{
    private static readonly Gen<BlockVersion> s_version = Gen.Frequency(
        (1, Gen.Const(BlockVersion.ZeroOf(PointSamples.BlockSize))),
        (4, Gen.Int[0, 1 << 20].Select(number => Samples.VersionOf(number)))
    );

    private static readonly Gen<TableEntry> s_entry = Gen.Select(
        s_version,
        s_version,
        Gen.Bool,
        (now, before, known) => new TableEntry(now, known ? before : null)
    );

    [Fact]
    public async Task Point_file_reads_back_as_written()
    {
        await Gen.Select(
                Gen.OneOf(1L, 63, 64, 65, 4096, 4097, 300_000),
                Gen.Select(Gen.Long[0, 299_999], s_entry).Array[0, 60],
                Gen.Bool
            )
            .SampleAsync(
                async (blocks, named, complete) =>
                {
                    var entries = named
                        .DistinctBy(pair => pair.Item1 % blocks)
                        .ToDictionary(pair => pair.Item1 % blocks, pair => pair.Item2);
                    var model = new DiskModel(blocks, entries);
                    var (bytes, result) = await PointSamples.WriteAsync(model, complete);
                    var file = await PointSamples.OpenAsync(bytes);
                    var disk = Assert.Single(file.Disks);

                    Assert.Equal(result.FileHash, Digest.Of(bytes));
                    Assert.Equal(bytes.Length, result.Length);
                    Assert.Equal(entries.Count, disk.Entries);
                    Assert.Equal(model.Root(), disk.Root);
                    await AssertPagesAsync(model, disk);
                },
                iter: 150
            );
    }

    [Fact]
    public async Task Nodes_name_exactly_what_lies_below_with_its_digest()
    {
        var model = new DiskModel(
            300_000,
            new()
            {
                [5] = PointSamples.Entry(1),
                [70] = PointSamples.Entry(2),
                [299_999] = PointSamples.Entry(3),
            }
        );
        var disk = (await PointSamples.OpenAsync((await PointSamples.WriteAsync(model, complete: true)).Bytes)).Disks[
            0
        ];

        var bottom = await disk.ReadNodeAsync(1, 0, Samples.Token);
        var top = await disk.ReadNodeAsync(disk.Levels, 0, Samples.Token);

        Assert.Equal(3, disk.Levels);
        Assert.Equal(0b11UL, bottom!.Present);
        Assert.Equal(DigestTree.Combine(model.DigestsOf(0)), bottom[0]);
        Assert.Equal((1UL << 0) | (1UL << 1), top!.Present);
        Assert.Null(await disk.ReadNodeAsync(1, 1, Samples.Token));
        Assert.Null(await disk.ReadPageAsync(17, Samples.Token));
        Assert.Null(await disk.ReadPageAsync(1L << 40, Samples.Token));
    }

    [Fact]
    public async Task Unchanged_digests_come_from_the_state_before()
    {
        var before = new DiskModel(
            10_000,
            Enumerable.Range(0, 10_000).ToDictionary(block => (long)block, block => PointSamples.Entry(block))
        );
        var changed = new DiskModel(
            10_000,
            new() { [77] = PointSamples.Entry(1_000_077), [9_999] = PointSamples.Entry(1_009_999) }
        );
        var both = new DiskModel(
            10_000,
            new(before.Entries) { [77] = changed.Entries[77], [9_999] = changed.Entries[9_999] }
        );
        var (_, result) = await PointSamples.WriteAsync(changed, complete: false, before);

        Assert.Equal(both.Root(), new Digest(result.Header.Disks[0].Root.Span));
    }

    [Fact]
    public async Task Table_that_names_nothing_keeps_the_root_before()
    {
        foreach (var blocks in new long[] { 0, 3, 64, 65, 5000 })
        {
            var before = new DiskModel(
                blocks,
                Enumerable.Range(0, (int)blocks).ToDictionary(block => (long)block, block => PointSamples.Entry(block))
            );
            var (bytes, result) = await PointSamples.WriteAsync(new DiskModel(blocks, []), complete: false, before);
            var disk = (await PointSamples.OpenAsync(bytes)).Disks[0];

            Assert.Equal(before.Root(), disk.Root);
            Assert.Null(await disk.ReadPageAsync(0, Samples.Token));
            Assert.Null(result.Header.Disks[0].Top);
        }
    }

    [Fact]
    public async Task Disk_that_shrank_forgets_what_lay_behind_its_end()
    {
        var before = new DiskModel(
            10_000,
            Enumerable.Range(0, 10_000).ToDictionary(block => (long)block, block => PointSamples.Entry(block))
        );
        var after = new DiskModel(5000, before.Entries.Where(pair => pair.Key < 5000).ToDictionary());
        var stream = new MemoryStream();
        var writer = PointSamples.NewWriter(stream);
        var disk = writer.BeginDisk("disk0", 5000L * PointSamples.BlockSize, false, before.ChildrenAsync);
        var last = 4999 / 64;
        await disk.AddPageAsync(last, new TablePage(0, []), after.DigestsOf(last), Samples.Token);

        Assert.Equal(after.Root(), await disk.EndAsync(Samples.Token));
    }

    [Fact]
    public async Task Columns_are_read_alone_and_only_once()
    {
        var model = new DiskModel(300_000, new() { [5] = PointSamples.Entry(1), [299_999] = PointSamples.Entry(3) });
        var counter = new CountingRange(
            new MemoryByteRange(PointSamples.File, (await PointSamples.WriteAsync(model, true)).Bytes)
        );
        var file = await PointFile.OpenAsync(counter, new NodeCache(1 << 20), null, Samples.Token);
        Assert.Equal(3, counter.Reads);

        await file.Disks[0].ReadPageDigestsAsync(0, Samples.Token);
        Assert.Equal(3 + 3 + 1, counter.Reads);
        await file.Disks[0].ReadPageAddressesAsync(0, Samples.Token);
        Assert.Equal(3 + 3 + 2, counter.Reads);
        await file.Disks[0].ReadPageAsync(0, Samples.Token);
        Assert.Equal(3 + 3 + 2, counter.Reads);
    }

    private static async Task AssertPagesAsync(DiskModel model, DiskTableReader disk)
    {
        var pages = model.Entries.Keys.Select(block => block / 64).Distinct().Order().ToArray();
        Assert.Equal(pages, await disk.NamedPagesAsync(0, Samples.Token).ToArrayAsync());
        var middle = pages.Length == 0 ? 7 : pages[pages.Length / 2];
        Assert.Equal(
            pages.Where(page => page >= middle),
            await disk.NamedPagesAsync(middle, Samples.Token).ToArrayAsync()
        );
        foreach (var page in pages)
        {
            var (expected, read) = (model.PageOf(page), await disk.ReadPageAsync(page, Samples.Token));
            Assert.Equal(expected.Present, read!.Present);
            Assert.All(Enumerable.Range(0, 64).Where(expected.Names), slot => Assert.Equal(expected[slot], read[slot]));
        }
    }

    private sealed class CountingRange(IByteRange inner) : IByteRange
    {
        public int Reads { get; private set; }

        public string Name => inner.Name;

        public long Length => inner.Length;

        public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            Reads++;
            return inner.ReadAsync(offset, destination, cancellationToken);
        }
    }
}
