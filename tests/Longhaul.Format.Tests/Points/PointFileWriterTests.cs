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
            writer.BeginDisk(id, 3 * PointSamples.BlockSize, true, null);
            var page = TablePage.Create([(2, PointSamples.Entry(id == "disk0" ? 5 : 10))]);
            await writer.AddPageAsync(0, page, Samples.DigestsOf(page, PointSamples.BlockSize), Samples.Token);
            roots.Add((id, await writer.EndDiskAsync(Samples.Token)));
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
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await writer.AddPageAsync(0, page, digests, Samples.Token)
        );
        writer.BeginDisk("disk0", 1 << 20, true, null);

        var beyond = TablePage.Create([(1, PointSamples.Entry(1))]);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await writer.AddPageAsync(1, page, digests, Samples.Token)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await writer.AddPageAsync(0, beyond, Samples.DigestsOf(beyond, 1 << 20), Samples.Token)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await writer.AddPageAsync(0, page, new Digest[64], Samples.Token)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await writer.FinishAsync(new PointHeader(), Samples.Token)
        );
        await writer.AddPageAsync(0, page, digests, Samples.Token);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await writer.AddPageAsync(0, page, digests, Samples.Token)
        );
    }
}
