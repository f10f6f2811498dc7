using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Format.Points;
using Longhaul.Format.Tests.Points;

namespace Longhaul.Format.Tests.Keys;

/// <summary>Point files of an encrypted backup.</summary>
public sealed class SealedPointFileTests
{
    private static readonly ListKey s_key = NewKey(Samples.Backup);

    [Fact]
    public async Task It_reads_back_as_written()
    {
        var (bytes, result) = await WriteAsync(s_key);
        var file = await OpenAsync(bytes, s_key);
        var page = await file.Disks[0].ReadPageAsync(1, Samples.Token);

        Assert.Equal(result.Header, file.Header);
        Assert.Equal(PointSamples.Entry(65), page![1]);
        Assert.Equal(2, await CountAsync(file));
    }

    [Fact]
    public async Task Neither_digests_nor_the_disk_show()
    {
        var (bytes, result) = await WriteAsync(s_key);

        Assert.Equal(-1, bytes.AsSpan().IndexOf(result.Root.ToBytes()));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("disk0"u8));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(PointSamples.Entry(65).New.Digest.ToBytes()));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(PointSamples.Entry(65).Old!.Value.Digest.ToBytes()));
    }

    [Fact]
    public async Task Without_the_key_only_the_dead_list_is_read()
    {
        var (bytes, _) = await WriteAsync(s_key);
        var dead = await PointFile.ReadDeadListAsync(new MemoryByteRange(PointSamples.File, bytes), Samples.Token);
        var error = await Assert.ThrowsAsync<LonghaulException>(() => OpenAsync(bytes, null));

        Assert.Equal(await (await OpenAsync(bytes, s_key)).ReadDeadListAsync(Samples.Token), dead);
        Assert.NotEmpty(dead);
        Assert.Equal("backup.locked", error.Code);
    }

    [Fact]
    public async Task Another_key_or_a_plain_file_where_a_sealed_one_must_be_is_damage()
    {
        var (bytes, _) = await WriteAsync(s_key);
        var (plain, _) = await WriteAsync(null);
        Func<Task>[] lies =
        [
            () => OpenAsync(bytes, NewKey(Samples.Backup)),
            () => OpenAsync(bytes, NewKey(BackupId.New())),
            () => OpenAsync(plain, s_key),
        ];

        foreach (var lie in lies)
        {
            Assert.Equal("data.damaged", (await Assert.ThrowsAsync<LonghaulException>(lie)).Code);
        }
    }

    [Fact]
    public async Task Any_one_flipped_bit_is_noticed()
    {
        var (bytes, _) = await WriteAsync(s_key);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = Samples.Flip(bytes, bit);
            Assert.True(
                await Samples.IsRefusedAsync(
                    PointSamples.File,
                    async () =>
                    {
                        var file = await OpenAsync(damaged, s_key);
                        await CountAsync(file);
                        await file.ReadDeadListAsync(Samples.Token);
                    }
                ),
                $"bit {bit}"
            );
        }
    }

    /// <summary>Sealed about its kind, point and place: a part is nothing in another's.</summary>
    [Fact]
    public void A_part_in_the_place_of_another_does_not_open()
    {
        var salt = ListKey.NewSalt();
        var cipher = new PointCipher(s_key, Samples.Point, salt);
        var sealedPart = cipher.Seal(PointPart.Node, 1L << 33, [1, 2, 3]);

        Assert.Equal([1, 2, 3], cipher.Open("f", PointPart.Node, 1L << 33, sealedPart));
        Assert.Throws<LonghaulException>(() => cipher.Open("f", PointPart.Digests, 1L << 33, sealedPart));
        Assert.Throws<LonghaulException>(() => cipher.Open("f", PointPart.Node, 0, sealedPart));
        Assert.Throws<LonghaulException>(() => cipher.Open("f", PointPart.Node, 1L << 34, sealedPart));
        Assert.Throws<LonghaulException>(() =>
            new PointCipher(s_key, PointId.New(), salt).Open("f", PointPart.Node, 1L << 33, sealedPart)
        );
        Assert.Throws<LonghaulException>(() =>
            new PointCipher(s_key, Samples.Point, ListKey.NewSalt()).Open("f", PointPart.Node, 1L << 33, sealedPart)
        );
    }

    private static async Task<(byte[] Bytes, PointFileResult Result)> WriteAsync(ListKey? key)
    {
        var stream = new MemoryStream();
        var writer = new PointFileWriter(
            Samples.Into(stream),
            Samples.Backup,
            Samples.Point,
            Samples.Machine,
            PointSamples.BlockSize,
            key
        );
        var before = new DiskModel(70, []);
        var disk = writer.BeginDisk("disk0", 70L * PointSamples.BlockSize, complete: false, before.ChildrenAsync);
        foreach (var page in new[] { 0, 1 })
        {
            var entry = PointSamples.Entry(64 * page + 1);
            var digests = before.DigestsOf(page);
            digests[1] = entry.New.Digest;
            await disk.AddPageAsync(page, TablePage.Create([(1, entry)]), digests, Samples.Token);
            writer.AddDead(entry.Old!.Value.Address!.Value);
        }

        await disk.EndAsync(Samples.Token);
        var result = await writer.FinishAsync(new PointHeader { Sequence = 1 }, Samples.Token);
        return (stream.ToArray(), result);
    }

    private static async Task<PointFile> OpenAsync(byte[] bytes, ListKey? key) =>
        await PointFile.OpenAsync(
            new MemoryByteRange(PointSamples.File, bytes),
            new NodeCache(1 << 20),
            key,
            Samples.Token
        );

    private static async Task<int> CountAsync(PointFile file)
    {
        var count = 0;
        await foreach (var page in file.Disks[0].NamedPagesAsync(0, Samples.Token))
        {
            count += (await file.Disks[0].ReadPageAsync(page, Samples.Token))!.Count;
        }

        return count;
    }

    private static ListKey NewKey(BackupId backup) =>
        KeyList
            .Create(
                backup,
                new Password("secret"),
                "",
                new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero),
                new PasswordCost(8, 1)
            )
            .Keys.Newest;
}
