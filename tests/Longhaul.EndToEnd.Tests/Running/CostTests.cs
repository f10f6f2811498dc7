using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>What a copy costs the link, on a file system with this machine's own files.</summary>
public sealed class CostTests : IDisposable
{
    private const int SizeMiB = 256;
    private const int Pages = 256;

    private readonly Site _site = new(seed: 7);

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task The_first_incremental_copy_sends_at_most_a_tenth_more_than_was_written()
    {
        Require.Tool("mkfs.ext4");
        await _site.SetUpAsync(0, flags: "--block-size 1MiB");
        File.Delete(_site.Disk.Path);
        await ExternalTool.RunAsync(
            Path.Combine(LonghaulProgram.Checkout, "eng", "fill-image.sh"),
            [_site.Disk.Path, $"{SizeMiB}", "/usr/bin", "/usr/lib", "/usr/share"],
            TestContext.Current.CancellationToken
        );
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job run offsite")).Ended(0);

        var written = _site.Disk.Scatter(Pages);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var copy = (await _site.RunAsync("job run offsite")).Ended(0).Document;
        Assert.InRange(copy.Number("bytesTransferred"), 1, written * 11 / 10);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("offsite"));

        // And where nothing was written, hardly anything.
        (await _site.RunAsync("job run nightly")).Ended(0);
        var idle = (await _site.RunAsync("job run offsite")).Ended(0).Document;
        Assert.InRange(idle.Number("bytesTransferred"), 1, 64 << 10);
    }

    /// <summary>The same run twice from the same state; before the second the kept tables are lost.</summary>
    [Fact]
    public async Task Tables_that_are_kept_in_the_home_spare_the_line()
    {
        await _site.SetUpAsync(SizeMiB << 20);
        _site.Disk.Fill(0, SizeMiB << 20);
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            (await _site.RunAsync("job run nightly")).Ended(0);
            (await _site.RunAsync("job run offsite")).Ended(0);
            _site.Disk.Scatter(Pages);
        }

        (await _site.RunAsync("job run nightly")).Ended(0);
        string[] parts = ["home", "far"];
        foreach (var part in parts)
        {
            Site.CopyFolder(_site[part], _site["saved-" + part]);
        }

        var with = (await _site.RunAsync("job run offsite")).Ended(0).Document;
        foreach (var part in parts)
        {
            Directory.Delete(_site[part], recursive: true);
            Directory.Move(_site["saved-" + part], _site[part]);
        }

        Directory.Delete(Path.Combine(_site.Home, "tables"), recursive: true);
        var without = (await _site.RunAsync("job run offsite")).Ended(0).Document;
        Assert.InRange(with.Number("bytesTransferred"), 1, without.Number("bytesTransferred") - 32768);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("offsite"));
    }
}
