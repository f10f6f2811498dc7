using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>What happens to a repository without its doing: it becomes read-only, goes away and comes back, and files of it get
/// shorter.</summary>
public sealed class BehindItsBackTests
{
    private const int Mebibyte = 1 << 20;
    private const int DiskSize = 4 * Mebibyte;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_that_becomes_read_only_or_goes_away_loses_nothing_and_the_next_run_goes_on()
    {
        await using var volume = await MountedFolder.MountLoopAsync("ext4", 64 * Mebibyte, Token);
        using var site = new Site(seed: 71, volume.Path);
        await site.SetUpAsync(DiskSize);
        (await site.RunAsync("job run nightly")).Ended(0);
        var (first, hash) = await NewestAsync(site);
        site.Disk.Scatter(5);

        await volume.MakeReadOnlyAsync(Token);
        var refused = (await site.RunAsync("job run nightly")).Ended(1);
        Assert.Contains("store.access-denied", refused.Document.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(hash, await site.RestoreAsync(site.Home, first));
        (await site.RunAsync("backup verify nightly --data")).Ended(0);

        await volume.UnmountAsync(Token);
        (await site.RunAsync("job run nightly")).Failed(6, "store.unreachable");
        (await site.RunAsync($"point restore {first} --to", site["nowhere"])).Failed(6, "store.unreachable");
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume.Path));

        await volume.MountAgainAsync(Token);
        (await site.RunAsync("job run nightly")).Ended(0);
        Assert.Equal(DiskFile.HashOf(site.Disk.Path), await site.RestoreNewestAsync("nightly"));
        Assert.Equal(hash, await site.RestoreAsync(site.Home, first));
        (await site.RunAsync("backup verify nightly --data")).Ended(0);
    }

    [Fact]
    public async Task A_folder_that_goes_away_in_the_middle_of_a_run_fails_it_and_the_next_run_succeeds()
    {
        using var site = new Site(seed: 72);
        await site.SetUpAsync(DiskSize);
        (await site.RunAsync("job run nightly")).Ended(0);
        var (first, hash) = await NewestAsync(site);
        site.Disk.Scatter(5);

        (await site.RunAsync("job edit nightly --before", $"mv {site.Near} {site.Near}-away")).Ended(0);
        var failed = await site.RunAsync("job run nightly");
        Assert.True(failed.ExitCode is 1 or 6, failed.ToString());
        Assert.Contains("\"store.", failed.Output, StringComparison.Ordinal);

        if (Directory.Exists(site.Near))
        {
            Directory.Delete(site.Near, recursive: true); // what it wrote beside the path's new place
        }

        Directory.Move(site.Near + "-away", site.Near);
        (await site.RunAsync("job edit nightly --before", "")).Ended(0);
        (await site.RunAsync("job run nightly")).Ended(0);
        Assert.Equal(DiskFile.HashOf(site.Disk.Path), await site.RestoreNewestAsync("nightly"));
        Assert.Equal(hash, await site.RestoreAsync(site.Home, first));
        (await site.RunAsync("backup verify nightly --data")).Ended(0);
    }

    [Fact]
    public async Task Files_that_get_shorter_are_named_and_what_does_not_need_them_is_read_on()
    {
        using var site = new Site(seed: 73);
        await site.SetUpAsync(DiskSize);
        (await site.RunAsync("job run nightly")).Ended(0);
        var (first, hash) = await NewestAsync(site);
        site.Disk.Fill(0, Mebibyte);
        (await site.RunAsync("job run nightly")).Ended(0);
        var (second, later) = await NewestAsync(site);
        var backup = Path.Combine(site.Near, "nightly");

        foreach (var (folder, pattern) in ((string, string)[])[("segments", "*.seg"), ("points", "*.point")])
        {
            var newest = NewestFile(Path.Combine(backup, folder), pattern);
            var whole = await CutAsync(newest, behindARun: false, site);
            var found = (await site.RunAsync("backup verify nightly --data")).Ended(5);
            Assert.Contains(Path.GetFileName(newest), found.Output, StringComparison.Ordinal);
            Assert.Contains(second, found.Output, StringComparison.Ordinal);
            (await site.RunAsync($"point restore {second} --to", site[folder])).Failed(5, "data.damaged");
            Assert.Equal(hash, await site.RestoreAsync(site.Home, first));
            await File.WriteAllBytesAsync(newest, whole, Token);
            Assert.Equal(later, await site.RestoreAsync(site.Home, second));
        }

        // Of the log nothing is believed that cannot be read: what came before is not the newest state.
        var record = NewestFile(Path.Combine(backup, "log"), "*");
        var kept = await CutAsync(record, behindARun: false, site);
        var error = (await site.RunAsync("job run nightly")).Failed(5, "data.damaged");
        Assert.Contains(Path.GetFileName(record), error.GetRawText(), StringComparison.Ordinal);
        await File.WriteAllBytesAsync(record, kept, Token);

        // While a run is under way: what it needs of the point before was opened by then, or it says what is wrong.
        site.Disk.Scatter(5);
        var point = NewestFile(Path.Combine(backup, "points"), "*.point");
        var content = await CutAsync(point, behindARun: true, site);
        var run = await site.RunAsync("job run nightly");
        Assert.True(run.ExitCode == 0 || run.Output.Contains("data.damaged", StringComparison.Ordinal), run.ToString());
        await File.WriteAllBytesAsync(point, content, Token);

        (await site.RunAsync("job edit nightly --before", "")).Ended(0);
        (await site.RunAsync("job run nightly")).Ended(0);
        Assert.Equal(DiskFile.HashOf(site.Disk.Path), await site.RestoreNewestAsync("nightly"));
        Assert.Equal(hash, await site.RestoreAsync(site.Home, first));
        (await site.RunAsync("backup verify nightly --data")).Ended(0);
    }

    /// <summary>Takes away the last third of a file, now or when the next run has begun.</summary>
    private static async Task<byte[]> CutAsync(string file, bool behindARun, Site site)
    {
        var whole = await File.ReadAllBytesAsync(file, Token);
        if (behindARun)
        {
            (await site.RunAsync("job edit nightly --before", $"truncate -s {whole.Length * 2 / 3} {file}")).Ended(0);
        }
        else
        {
            await File.WriteAllBytesAsync(file, whole[..(whole.Length * 2 / 3)], Token);
        }

        return whole;
    }

    private static string NewestFile(string folder, string pattern) =>
        new DirectoryInfo(folder)
            .EnumerateFiles(pattern, SearchOption.AllDirectories)
            .MaxBy(file => file.LastWriteTimeUtc)!
            .FullName;

    private static async Task<(string Point, string Hash)> NewestAsync(Site site)
    {
        var point = (await site.PointsAsync("nightly"))[^1].Text("id")!;
        return (point, await site.RestoreAsync(site.Home, point));
    }
}
