using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>A repository's file system fills up in the middle of a run.</summary>
public sealed class NoSpaceTests
{
    private const int Mebibyte = 1 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_repository_fails_the_run_and_the_next_one_with_space_succeeds()
    {
        await using var small = await MountedFolder.MountAsync(32 * Mebibyte, Token);
        using var site = new Site(seed: 7, small.Path);
        var ballast = Path.Combine(small.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[16 * Mebibyte], Token);
        await site.SetUpAsync(12L * Mebibyte);
        (await site.RunAsync("job run nightly")).Ended(0);
        var first = DiskFile.HashOf(site.Disk.Path);
        var point = Assert.Single(await site.PointsAsync("nightly")).Text("id")!;

        site.Disk.Fill(0, 12 * Mebibyte);
        var full = (await site.RunAsync("job run nightly")).Ended(1);

        Assert.Contains("store.no-space", full.Document.GetRawText(), StringComparison.Ordinal);
        (await site.RunAsync("backup verify nightly --data")).Ended(0);
        Assert.Equal(first, await site.RestoreAsync(site.Home, point));

        File.Delete(ballast);
        (await site.RunAsync("job run nightly")).Ended(0);
        (await site.RunAsync("backup verify nightly --data")).Ended(0);
        Assert.Equal(DiskFile.HashOf(site.Disk.Path), await site.RestoreNewestAsync("nightly"));
        Assert.Equal(first, await site.RestoreAsync(site.Home, point));
    }
}
