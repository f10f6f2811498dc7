using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Back up, carry, map, copy, restore, as docs/guide tells it.</summary>
public sealed class MainJobTests : IDisposable
{
    private const long DiskSize = 24L << 20;

    private readonly Site _site = new(seed: 1);

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_carried_backup_seeds_the_copy_and_only_changes_are_sent()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        await _site.SeedAsync();
        var written = _site.Disk.Scatter(20);
        (await _site.RunAsync("job run nightly")).Ended(0);

        var plan = (await _site.RunAsync("job plan offsite")).Ended(0).Document;
        var run = (await _site.RunAsync("job run offsite")).Ended(0).Document;

        Assert.Equal("success", run.Text("state"));
        var machine = run.Only("machines");
        Assert.Equal("increment", machine.Text("kind"));
        Assert.Equal("lineage", machine.Text("baselineFoundBy"));
        Assert.Equal(plan.Only("machines").Number("changedBlocks"), machine.Number("blocksChanged"));
        Assert.InRange(machine.Number("bytesWritten"), 1, written * 11 / 10 + 16_384);
        Assert.InRange(run.Number("bytesTransferred"), 1, written * 11 / 10 + 262_144);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("far/nightly"));
    }

    [Fact]
    public async Task A_copy_keeps_time_and_digest_and_says_where_it_came_from()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
        (await _site.RunAsync("job run offsite")).Ended(0);

        var source = Assert.Single(await _site.PointsAsync("nightly"));
        var copy = Assert.Single(await _site.PointsAsync("offsite"));

        Assert.Equal(source.Text("created"), copy.Text("created"));
        Assert.Equal(source.Text("digest"), copy.Text("digest"));
        Assert.Equal(source.Text("id"), copy.Text("sourcePoint"));
        Assert.Equal("full", copy.Text("kind"));
    }

    [Fact]
    public async Task After_a_run_nothing_is_left_to_do()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        await _site.SeedAsync();

        Assert.True(
            (await _site.RunAsync("job plan offsite")).Ended(0).Document.GetProperty("nothingToDo").GetBoolean()
        );
        Assert.Equal("idle", (await _site.RunAsync("job run offsite")).Ended(0).Document.Text("state"));
    }

    [Fact]
    public async Task The_catalog_can_be_lost_without_a_full()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        Directory.Delete(_site.Home, recursive: true);

        (await _site.RunAsync("repository add near", _site.Near)).Ended(0);
        (await _site.RunAsync("repository rescan near")).Ended(0);
        (await _site.RunAsync("job adopt nightly --yes")).Ended(0);
        _site.Disk.Scatter(3);
        var run = (await _site.RunAsync("job run nightly")).Ended(0).Document;

        Assert.Equal("increment", run.Only("machines").Text("kind"));
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("nightly"));
    }

    /// <summary>"The server is gone": a bare folder, the program, and nothing else.</summary>
    [Fact]
    public async Task A_bare_folder_restores_on_a_fresh_home()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var first = DiskFile.HashOf(_site.Disk.Path);
        _site.Disk.Scatter(10);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var points = await _site.PointsAsync("nightly");
        Site.CopyFolder(Path.Combine(_site.Near, "nightly"), _site["usb/nightly"]);
        Directory.Delete(_site.Home, recursive: true);
        Directory.Delete(_site.Near, recursive: true);

        var home = _site["other-home"];
        (await Site.RunAtAsync(home, "repository add usb", _site["usb"])).Ended(0);
        (await Site.RunAtAsync(home, "repository rescan usb")).Ended(0);

        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreAsync(home, "nightly@latest"));
        Assert.Equal(first, await _site.RestoreAsync(home, points[0].Text("id")!));
    }

    [Fact]
    public async Task A_copy_job_is_made_and_mapped_in_one_step()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        Site.CopyFolder(Path.Combine(_site.Near, "nightly"), Path.Combine(_site.Far, "nightly"));
        (await _site.RunAsync("repository rescan far")).Ended(0);

        var refused = await _site.RunAsync("job add copy wrong --job nightly --repository far --map near/nightly");
        Assert.Equal("mapping.other-repository", refused.Ended(3).Document.GetProperty("error").Text("code"));
        (await _site.RunAsync("job show wrong")).Ended(4);

        (await _site.RunAsync("job add copy offsite --job nightly --repository far --map far/nightly")).Ended(0);
        _site.Disk.Scatter(3);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var run = (await _site.RunAsync("job run offsite")).Ended(0).Document;

        Assert.Equal("increment", run.Only("machines").Text("kind"));
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("far/nightly"));
    }

    [Theory]
    [InlineData("forever-forward")]
    [InlineData("reverse")]
    public async Task A_backup_job_continues_an_existing_backup(string method)
    {
        await _site.SetUpAsync(DiskSize, flags: $"--block-size 256KiB --method {method}");
        (await _site.RunAsync("job run nightly")).Ended(0);
        _site.Disk.Scatter(3);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var first = (await _site.PointsAsync("near/nightly"))[0].Text("id")!;
        var old = await _site.RestoreAsync(_site.Home, first);
        Directory.Delete(_site.Home, recursive: true);

        // A server made anew by hand: it does not know under which id the machine was backed up.
        (await _site.RunAsync("repository add near", _site.Near)).Ended(0);
        (await _site.RunAsync("repository rescan near")).Ended(0);
        (await _site.RunAsync("machine add web --disk", $"root={_site.Disk.Path}")).Ended(0);
        var add = $"job add backup again --machine web --repository near --method {method} --map near/nightly";
        var owned = (await _site.RunAsync(add)).Ended(3).Document.GetProperty("error");
        Assert.Equal("mapping.owned", owned.Text("code"));
        (await _site.RunAsync("backup detach near/nightly --yes")).Ended(0);
        (await _site.RunAsync(add)).Ended(0);
        _site.Disk.Scatter(3);
        var run = (await _site.RunAsync("job run again")).Ended(0).Document;

        Assert.NotEqual(0, run.Only("machines").Number("blocksChanged"));
        Assert.InRange(run.Only("machines").Number("blocksChanged"), 1, 3);
        Assert.Equal(3, (await _site.PointsAsync("near/nightly")).Count);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("near/nightly"));
        Assert.Equal(old, await _site.RestoreAsync(_site.Home, first));
        (await _site.RunAsync("backup verify near/nightly --data")).Ended(0);
    }

    [Fact]
    public async Task A_rate_limit_holds_the_run_back()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job add copy offsite --job nightly --repository far --rate-limit 4MiB")).Ended(0);

        var run = (await _site.RunAsync("job run offsite")).Ended(0).Document;

        var took = run.GetProperty("ended").GetDateTime() - run.GetProperty("started").GetDateTime();
        var atLeast = run.Only("machines").Number("bytesWritten") / (4.0 * (1 << 20));
        Assert.InRange(took.TotalSeconds, atLeast - 0.1, double.MaxValue);
        Assert.InRange(atLeast, 0.5, 60);

        // The next plan goes by the rate that was measured.
        _site.Disk.Fill(0, 8 << 20);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var plan = (await _site.RunAsync("job plan offsite")).Ended(0).Document;
        var planned = plan.GetProperty("estimatedSeconds").GetDouble();
        Assert.InRange(planned, (plan.Number("bytesToSend") / (4.0 * (1 << 20))) - 0.1, double.MaxValue);
    }

    [Fact]
    public async Task A_block_that_was_damaged_on_the_way_is_sent_again()
    {
        await _site.SetUpAsync(DiskSize);
        (await _site.RunAsync("job run nightly")).Ended(0);
        await _site.SeedAsync();
        var segment = Directory
            .EnumerateFiles(Path.Combine(_site.Far, "nightly", "segments"), "*", SearchOption.AllDirectories)
            .Single();
        var bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        bytes[4096] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);
        _site.Disk.Scatter(2);
        (await _site.RunAsync("job run nightly")).Ended(0);

        var run = (await _site.RunAsync("job run offsite")).Ended(0).Document;

        Assert.Equal("warning", run.Text("state"));
        Assert.Contains("1 damaged block", run.Only("machines").Text("message"), StringComparison.Ordinal);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("far/nightly"));
        (await _site.RunAsync("backup verify far/nightly --data")).Ended(5);
        _site.Disk.Scatter(2);
        (await _site.RunAsync("job run nightly")).Ended(0);
        Assert.Equal("success", (await _site.RunAsync("job run offsite")).Ended(0).Document.Text("state"));
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreNewestAsync("far/nightly"));
    }
}
