using CsCheck;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Points;

public sealed class PointFileWriterTests
{
    [Fact]
    public async Task Several_disks_share_the_list_of_segments_and_make_the_root()
    {
        var stream = new MemoryStream();
        var writer = PointSamples.NewWriter(stream);
        var roots = new List<(string, Digest)>();
        foreach (var id in new[] { "disk0", "disk1" })
        {
            var disk = writer.BeginDisk(id, 3 * PointSamples.BlockSize, true, null);
            var page = TablePage.Create([(2, PointSamples.Entry(id == "disk0" ? 5 : 10))]);
            await disk.AddPageAsync(0, page, Samples.DigestsOf(page, PointSamples.BlockSize), Samples.Token);
            roots.Add((id, await disk.EndAsync(Samples.Token)));
        }

        var header = new PointHeader { Sequence = 1, Configuration = { new Configuration { Name = "machine.xml" } } };
        var result = await writer.FinishAsync(header, Samples.Token);
        var file = await PointSamples.OpenAsync(stream.ToArray());

        Assert.Equal(DigestTree.Point(roots, [("machine.xml", ReadOnlyMemory<byte>.Empty)]), result.Root);
        Assert.Equal(2, file.Header.Segments.Count);
        Assert.Equal(["disk0", "disk1"], file.Disks.Select(disk => disk.Id));
        Assert.Equal(10, (await file.Disks[1].ReadPageAsync(0, Samples.Token))![2].New.Address!.Value.Number);
    }

    [Fact]
    public async Task Pages_of_several_disks_may_stand_mixed()
    {
        const int Pages = 300;
        var (mixed, turns) = (new MemoryStream(), new MemoryStream());
        var writers = new[] { PointSamples.NewWriter(mixed), PointSamples.NewWriter(turns) };
        var disks = writers.Select(Begin).ToArray();
        foreach (var page in Enumerable.Range(0, Pages))
        {
            await AddAsync(disks[0][1], page, number: 5000 + page);
            await AddAsync(disks[0][0], page, number: page);
        }

        foreach (var page in Enumerable.Range(0, 2 * Pages))
        {
            await AddAsync(disks[1][page / Pages], page % Pages, number: (page / Pages * 5000) + (page % Pages));
        }

        // The disk begun last is ended first, and still listed second.
        await disks[0][1].EndAsync(Samples.Token);
        await disks[0][0].EndAsync(Samples.Token);
        await disks[1][0].EndAsync(Samples.Token);
        await disks[1][1].EndAsync(Samples.Token);
        var results = new List<PointFileResult>();
        foreach (var writer in writers)
        {
            results.Add(await writer.FinishAsync(new PointHeader { Sequence = 1 }, Samples.Token));
        }

        var file = await PointSamples.OpenAsync(mixed.ToArray());
        Assert.Equal(results[1].Root, results[0].Root);
        Assert.Equal(["disk0", "disk1"], file.Disks.Select(disk => disk.Id));
        for (var page = 0; page < Pages; page++)
        {
            Assert.Equal(page, await NumberAsync(file.Disks[0], page));
            Assert.Equal(5000 + page, await NumberAsync(file.Disks[1], page));
        }

        static DiskTableWriter[] Begin(PointFileWriter writer) =>
            [
                writer.BeginDisk("disk0", Pages * 64L * PointSamples.BlockSize, true, null),
                writer.BeginDisk("disk1", Pages * 64L * PointSamples.BlockSize, true, null),
            ];

        static async Task AddAsync(DiskTableWriter disk, int page, long number)
        {
            var content = TablePage.Create([(page % 64, PointSamples.Entry(number))]);
            await disk.AddPageAsync(page, content, Samples.DigestsOf(content, PointSamples.BlockSize), Samples.Token);
        }

        static async Task<int> NumberAsync(DiskTableReader disk, int page) =>
            (await disk.ReadPageAsync(page, Samples.Token))![page % 64].New.Address!.Value.Number;
    }

    [Fact]
    public async Task Dead_list_gives_back_each_frame_once_as_runs()
    {
        await Gen.Select(Gen.Int[0, 3], Gen.Int[0, 50])
            .Array[0, 80]
            .SampleAsync(
                async frames =>
                {
                    var stream = new MemoryStream();
                    var writer = PointSamples.NewWriter(stream);
                    foreach (var (segment, number) in frames)
                    {
                        writer.AddDead(new FrameAddress(Samples.SegmentOf(segment), number));
                    }

                    await writer.FinishAsync(new PointHeader(), Samples.Token);
                    var list = await (await PointSamples.OpenAsync(stream.ToArray())).ReadDeadListAsync(Samples.Token);
                    var read = list.SelectMany(pair =>
                        pair.Value.SelectMany(run => Enumerable.Range(run.Start, run.Count))
                            .Select(number => (pair.Key, number))
                    );

                    Assert.Equal(
                        frames.Select(pair => (Samples.SegmentOf(pair.Item1), pair.Item2)).Distinct().Order(),
                        read.Order()
                    );
                },
                iter: 100
            );
    }

    [Fact]
    public async Task Writer_refuses_what_contradicts_itself()
    {
        var writer = PointSamples.NewWriter(new MemoryStream());
        var page = TablePage.Create([(0, PointSamples.Entry(1))]);
        var digests = Samples.DigestsOf(page, 1 << 20);
        var disk = writer.BeginDisk("disk0", 1 << 20, true, null);
        Assert.Throws<InvalidOperationException>(() => writer.BeginDisk("disk0", 1 << 20, true, null));

        var beyond = TablePage.Create([(1, PointSamples.Entry(1))]);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await disk.AddPageAsync(1, page, digests, Samples.Token)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await disk.AddPageAsync(0, beyond, Samples.DigestsOf(beyond, 1 << 20), Samples.Token)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await disk.AddPageAsync(0, page, new Digest[64], Samples.Token)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await writer.FinishAsync(new PointHeader(), Samples.Token)
        );
        await disk.AddPageAsync(0, page, digests, Samples.Token);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await disk.AddPageAsync(0, page, digests, Samples.Token)
        );
        await disk.EndAsync(Samples.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await disk.AddPageAsync(0, page, digests, Samples.Token)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await disk.EndAsync(Samples.Token));
    }
}
