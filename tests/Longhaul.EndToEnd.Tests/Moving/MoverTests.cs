using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Moving;

/// <summary>The main job through a mover: the same commands, laws and results as with a directory.</summary>
public sealed class MoverTests : IDisposable
{
    private const long DiskSize = 24L << 20;
    private const int Kill = 9;

    /// <summary>What an increment of 20 pages may cost, all in all: half as much again as the pages.</summary>
    private const long MostOfAnIncrement = 20 * 4096 * 3 / 2;

    private readonly Site _site = new(seed: 71);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_copy_through_a_mover_is_as_one_to_a_directory()
    {
        await _site.SetUpAsync(DiskSize);
        await using var mover = await MoverProcess.StartAsync(_site);
        var added = (await mover.PairAsync()).Ended(0).Document;
        Assert.Equal(mover.Url, added.Text("location"));
        Assert.True(added.IsTrue("reachable"));
        (await _site.RunAsync("job add copy travelling --job nightly --repository away --keep 2")).Ended(0);
        for (var day = 0; day < 4; day++)
        {
            _site.Disk.Scatter(20);
            (await _site.RunAsync("job run nightly")).Ended(0);
            var run = (await _site.RunAsync("job run travelling")).Ended(0).Document;
            Assert.Equal(day == 0 ? "full" : "increment", run.Only("machines").Text("kind"));
            Assert.InRange(run.Number("bytesTransferred"), 1, day == 0 ? DiskSize : MostOfAnIncrement);
        }

        Assert.Equal(2, (await _site.PointsAsync("travelling")).Count);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("travelling"));
        (await _site.RunAsync("backup verify travelling --data")).Ended(0);
        (await _site.RunAsync("backup compare nightly travelling")).Ended(0);
        Assert.True((await _site.RunAsync("job plan travelling")).Ended(0).Document.IsTrue("nothingToDo"));
        (await mover.StopAsync()).Ended(0);
        (await _site.RunAsync("backup verify travelling")).Failed(6, "store.unreachable");
    }

    [Fact]
    public async Task A_carried_seed_behind_a_mover_is_mapped_and_only_changes_are_sent()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        Site.CopyFolder(Path.Combine(_site.Near, "nightly"), Path.Combine(_site["away"], "nightly"));
        await using var mover = await MoverProcess.StartAsync(_site);
        (await mover.PairAsync()).Ended(0);
        (await _site.RunAsync("repository rescan away")).Ended(0);
        (await _site.RunAsync("job add copy travelling --job nightly --repository away")).Ended(0);
        (await _site.RunAsync("job map travelling away/nightly --yes")).Ended(0);
        _site.Disk.Scatter(20);
        (await _site.RunAsync("job run nightly")).Ended(0);

        var run = (await _site.RunAsync("job run travelling")).Ended(0).Document;

        Assert.Equal("lineage", run.Only("machines").Text("baselineFoundBy"));
        Assert.InRange(run.Only("machines").Number("bytesWritten"), 1, (20 * 4096 * 11 / 10) + 16_384);
        // The mover has compared the seed's checksums by itself: its data did not cross the line.
        Assert.InRange(run.Number("bytesTransferred"), 1, MostOfAnIncrement);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("away/nightly"));
    }

    [Fact]
    public async Task What_a_mover_finds_damaged_of_a_seed_is_sent_again()
    {
        await _site.SetUpAsync(DiskSize);
        _site.Disk.Fill(0, (int)DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var carried = Path.Combine(_site["away"], "nightly");
        Site.CopyFolder(Path.Combine(_site.Near, "nightly"), carried);
        var segment = Assert.Single(Directory.EnumerateFiles(Path.Combine(carried, "segments")));
        Flip(segment, DiskSize / 2);
        await using var mover = await MoverProcess.StartAsync(_site);
        (await mover.PairAsync()).Ended(0);
        (await _site.RunAsync("repository rescan away")).Ended(0);
        (await _site.RunAsync("job add copy travelling --job nightly --repository away")).Ended(0);
        (await _site.RunAsync("job map travelling away/nightly --yes")).Ended(0);
        _site.Disk.Scatter(2);
        (await _site.RunAsync("job run nightly")).Ended(0);

        var run = (await _site.RunAsync("job run travelling")).Ended(0).Document;

        // One whole block more than the two deltas, and far from all of them.
        Assert.InRange(run.Only("machines").Number("bytesWritten"), 256 << 10, 1 << 20);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("away/nightly"));
    }

    [Fact]
    public async Task A_mover_that_dies_and_comes_back_is_not_noticed_by_the_run()
    {
        await _site.SetUpAsync(DiskSize);
        _site.Disk.Fill(0, (int)DiskSize);
        await using var mover = await MoverProcess.StartAsync(_site);
        (await mover.PairAsync("read,append")).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job add copy travelling --job nightly --repository away --rate-limit 6MiB")).Ended(0);

        using var running = LonghaulProgram.Start(
            await LonghaulProgram.PathAsync(),
            Site.ArgumentsOf(_site.Home, "job run travelling"),
            new Dictionary<string, string>()
        );
        await SomeHasArrivedAsync();
        await mover.StartAnewAsync();
        var run = (await running.EndAsync(Token)).Ended(0).Document;

        Assert.Equal("success", run.Text("state"));
        // Pieces under way were sent once more, and nothing else: the counter is above the retries.
        Assert.InRange(run.Number("bytesTransferred"), DiskSize, DiskSize + (1 << 20));
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("travelling"));
    }

    [Fact]
    public async Task A_run_that_was_killed_goes_on_at_once_where_it_was()
    {
        await _site.SetUpAsync(DiskSize);
        _site.Disk.Fill(0, (int)DiskSize);
        await using var mover = await MoverProcess.StartAsync(_site);
        (await mover.PairAsync()).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job add copy travelling --job nightly --repository away --rate-limit 4MiB")).Ended(0);
        using (
            var running = LonghaulProgram.Start(
                await LonghaulProgram.PathAsync(),
                Site.ArgumentsOf(_site.Home, "job run travelling"),
                new Dictionary<string, string>()
            )
        )
        {
            await SomeHasArrivedAsync();
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Token);
            running.Signal(Kill);
            (await running.EndAsync(Token)).Ended(137);
        }

        (await _site.RunAsync("job edit travelling --rate-limit 1GiB")).Ended(0);
        var run = (await _site.RunAsync("job run travelling")).Ended(0).Document;

        Assert.Equal("success", run.Text("state"));
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("travelling"));
    }

    [Fact]
    public async Task Who_is_not_paired_or_revoked_is_told_at_once()
    {
        await _site.SetUpAsync(DiskSize);
        await using var mover = await MoverProcess.StartAsync(_site);
        (await _site.RunAsync("repository add away", mover.Url)).Failed(6, "mover.not-paired");
        (await mover.PairAsync()).Ended(0);
        (await _site.RunAsync("repository add away", mover.Url, "--token-file", _site["token"])).Ended(0);
        var other = Site.RunAtAsync(_site["other"], "repository add away", mover.Url, "--token-file", _site["token"]);
        (await other).Failed(6, "mover.token");

        var peers = (await _site.RunAsync("mover peers list --root", _site["root"])).Ended(0).Document;
        var peer = Assert.Single(peers.EnumerateArray());
        peer.Has("id name allow paired");
        (await _site.RunAsync($"mover peers revoke {peer.Text("id")} --yes --root", _site["root"])).Ended(0);

        (await _site.RunAsync("repository rescan away")).Failed(6, "mover.not-paired");

        // Invited again it is let in again, and the repository is the same.
        (await mover.PairAsync()).Ended(0);
        (await _site.RunAsync("repository rescan away")).Ended(0);
    }

    [Fact]
    public async Task A_peer_that_may_only_add_copies_and_takes_nothing_away()
    {
        await _site.SetUpAsync(DiskSize);
        await using var mover = await MoverProcess.StartAsync(_site);
        (await mover.PairAsync("read,append")).Ended(0);
        (await _site.RunAsync("job add copy travelling --job nightly --repository away --keep 2")).Ended(0);
        for (var day = 0; day < 3; day++)
        {
            _site.Disk.Scatter(20);
            (await _site.RunAsync("job run nightly")).Ended(0);
            (await _site.RunAsync("job run travelling")).Ended(0);
        }

        var points = await _site.PointsAsync("travelling");
        Assert.Equal(3, points.Count);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("travelling"));
        (await _site.RunAsync($"point delete {points[0].Text("id")} --yes")).Failed(3, "mover.only-adds");
        (await _site.RunAsync("backup delete away/travelling --yes")).Failed(3, "mover.not-permitted");
        (await _site.RunAsync("repository reclaim away --full --reclaim-delay 0")).Ended(0);
        Assert.Equal(3, (await _site.PointsAsync("travelling")).Count);

        // Let it delete, and the next run thins out.
        (await mover.PairAsync()).Ended(0);
        _site.Disk.Scatter(20);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job run travelling")).Ended(0);
        Assert.Equal(2, (await _site.PointsAsync("travelling")).Count);
    }

    [Fact]
    public async Task What_a_peer_may_not_do_is_refused()
    {
        await _site.SetUpAsync(DiskSize);
        await using var mover = await MoverProcess.StartAsync(_site);
        (await mover.PairAsync("read")).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job add copy travelling --job nightly --repository away")).Ended(0);

        var run = await _site.RunAsync("job run travelling");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("mover.not-permitted", run.Output, StringComparison.Ordinal);
    }

    private static void Flip(string path, long offset)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }

    private async Task SomeHasArrivedAsync()
    {
        for (var tries = 0; tries < 600; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
            var arrived = Directory.Exists(_site["away"])
                ? new DirectoryInfo(_site["away"])
                    .EnumerateFiles("*.seg.part", SearchOption.AllDirectories)
                    .Sum(file => file.Length)
                : 0;
            if (arrived > 2 << 20)
            {
                return;
            }
        }

        throw new TimeoutException("nothing arrived at the mover");
    }
}
