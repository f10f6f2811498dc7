using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Bytes rot in a backup and in its copy: samples find them, each mends the other, and what nobody has is sent again.</summary>
public sealed class HealthTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Site _site = new(seed: 83);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_go_round_and_backup_show_says_how_far_they_are()
    {
        await _site.SetUpAsync(8L << 20);
        for (var run = 0; run < 4; run++)
        {
            _site.Disk.Fill(run * Block, 4096);
            (await _site.RunAsync("job run nightly")).Ended(0);
        }

        var before = (await _site.RunAsync("backup show nightly")).Ended(0).Document.GetProperty("lastVerified");
        Assert.Equal(
            (4, 4),
            (before.GetProperty("content").Number("segments"), before.GetProperty("content").Number("never"))
        );
        for (var night = 0; night < 2; night++)
        {
            var sample = (await _site.RunAsync("backup verify nightly --sample 1/2")).Ended(0).Document;
            Assert.Equal("content", sample.Text("by"));
            Assert.Equal(2, sample.GetProperty("sample").Number("of"));
        }

        var after = (await _site.RunAsync("backup show nightly")).Ended(0).Document.GetProperty("lastVerified");
        foreach (var way in (string[])["content", "checksum"])
        {
            Assert.Equal(0, after.GetProperty(way).Number("never"));
            Assert.Equal(1.0, after.GetProperty(way).GetProperty("share").GetDouble());
        }

        (await _site.RunAsync("backup verify nightly --sample 1/2 --data")).Failed(2, "usage.invalid");
        (await _site.RunAsync("backup verify nightly --sample 2/3")).Failed(2, "usage.invalid");
    }

    [Fact]
    public async Task Source_and_copy_mend_each_other_and_what_nobody_has_is_sent_again()
    {
        await _site.SetUpAsync(8L << 20);
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
        for (var run = 0; run < 3; run++)
        {
            _site.Disk.Fill(run * Block, 4096);
            (await _site.RunAsync("job run nightly")).Ended(0);
            (await _site.RunAsync("job run offsite")).Ended(0);
        }

        var hashes = new List<string>();
        foreach (var point in await _site.PointsAsync("far/offsite"))
        {
            hashes.Add(await _site.RestoreAsync(_site.Home, point.Text("id")!));
        }

        // The copy from its source, and the source from its copy.
        foreach (
            var (folder, backup, from) in new[]
            {
                (Path.Combine(_site.Far, "offsite"), "far/offsite", "near/nightly"),
                (Path.Combine(_site.Near, "nightly"), "near/nightly", "offsite"),
            }
        )
        {
            await RotAsync(folder);
            var found = (await _site.RunAsync($"backup verify {backup} --data")).Ended(5).Document;
            Assert.NotEmpty(found.List("damaged"));
            var dry = (await _site.RunAsync($"backup repair {backup} --from {from} --dry-run")).Ended(0).Document;
            Assert.True(dry.Number("blocksMended") > 0);
            var mended = (await _site.RunAsync($"backup repair {backup} --from {from}")).Ended(0).Document;
            Assert.Equal(dry.Number("blocksMended"), mended.Number("blocksMended"));
            Assert.Empty(mended.List("notMended"));
            Assert.Empty((await _site.RunAsync($"backup verify {backup} --data")).Ended(0).Document.List("damaged"));
        }

        // Where nobody who is asked has it, its points are marked, and the next copy sends it again.
        (await _site.RunAsync("job add backup coarse --machine web --repository near --block-size 512KiB")).Ended(0);
        (await _site.RunAsync("job run coarse")).Ended(0);
        await RotAsync(Path.Combine(_site.Far, "offsite"));
        var left = (await _site.RunAsync("backup repair far/offsite --from near/coarse")).Ended(5).Document;
        Assert.NotEmpty(left.List("notMended"));
        var marked = left.List("pointsMarked").Select(point => point.GetString()).ToHashSet();
        foreach (var (point, hash) in (await _site.PointsAsync("far/offsite")).Zip(hashes))
        {
            Assert.Equal(!marked.Contains(point.Text("id")), point.IsTrue("complete"));
            if (point.IsTrue("complete"))
            {
                Assert.Equal(hash, await _site.RestoreAsync(_site.Home, point.Text("id")!));
            }
        }

        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job run offsite")).Ended(0);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("far/offsite"));
        (await _site.RunAsync("backup repair far/offsite")).Failed(2, "usage.invalid");
    }

    public void Dispose() => _site.Dispose();

    /// <summary>Flips a bit in the middle of the largest segment that is read: of the latest generation.</summary>
    private static async Task RotAsync(string folder)
    {
        var segments = Directory.GetFiles(Path.Combine(folder, "segments"));
        var segment = segments.MaxBy(file => (GenerationOf(file), new FileInfo(file).Length))!;
        var bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(segment);
        await File.WriteAllBytesAsync(segment, bytes, Token);
    }

    private static int GenerationOf(string segment) =>
        int.Parse(Path.GetFileName(segment).Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);
}
