using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>What a seed holds, against what the sources hold.</summary>
public sealed class ContentTests : IDisposable
{
    private readonly SeedSite _site = new(seed: 106);

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Mapping_content_differs_needs_consent_before_it_is_sent()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        var other = await ReplaceWebAsync();

        var verdict = await _site.WarnsAsync("offsite", "nightly", "mapping.content-differs");
        var machine = verdict.Only("machines");
        Assert.Equal("name", machine.Text("matchedBy"));
        Assert.Null(machine.Text("baseline"));
        var refused = (await _site.RunAsync("job run offsite")).Ended(1).Document;
        Assert.Contains("copy.full-unannounced", refused.Only("machines").Text("message"), StringComparison.Ordinal);
        Assert.Single(await _site.Site.PointsAsync("far/nightly"));

        var plan = await _site.DoAsync("job plan offsite");
        Assert.True(plan.Only("machines").GetProperty("full").GetBoolean());
        Assert.NotNull(plan.Only("machines").Text("reason"));
        var run = await _site.DoAsync("job run offsite");

        Assert.Equal("success", run.Text("state"));
        Assert.Equal(DiskFile.HashOf(other.Path), await _site.Site.RestoreNewestAsync("far/nightly"));
        other.Scatter(2);
        await _site.DoAsync("job run second");
        Assert.Equal("success", (await _site.DoAsync("job run offsite")).Text("state"));
        Assert.Equal(DiskFile.HashOf(other.Path), await _site.Site.RestoreNewestAsync("far/nightly"));
    }

    [Fact]
    public async Task Mapping_content_differs_is_consented_to_by_full()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        var other = await ReplaceWebAsync();
        await _site.DoAsync("job map offsite far/nightly --yes");

        await _site.DoAsync("job run offsite --full");

        Assert.Equal(DiskFile.HashOf(other.Path), await _site.Site.RestoreNewestAsync("far/nightly"));
    }

    [Fact]
    public async Task Mapping_disk_changed_sends_only_what_is_new_of_the_disks()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        var data = _site.AddDisk("data.img", size: 1 << 20);
        using (var root = File.OpenWrite(_site.Site.Disk.Path))
        {
            root.SetLength(SeedSite.DiskSize + (1 << 20));
        }

        _site.Site.Disk.Fill(SeedSite.DiskSize, 256 << 10);
        await _site.DoAsync("machine edit web --disk", $"root={_site.Site.Disk.Path}", $"data={data.Path}");
        await _site.DoAsync("job run nightly");
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        var verdict = await _site.WarnsAsync("offsite", "nightly", "mapping.disk-changed");

        var message = verdict.Check("mapping.disk-changed").Text("message")!;
        Assert.Contains("web/data was added", message, StringComparison.Ordinal);
        Assert.Contains("web/root was resized", message, StringComparison.Ordinal);
        var run = await _site.DoAsync("job run offsite");
        Assert.Equal("increment", run.Only("machines").Text("kind"));
        Assert.InRange(run.Only("machines").Number("bytesWritten"), 1, (1 << 20) + (256 << 10) + (64 << 10));
        await DemandDisksAsync(("root", _site.Site.Disk), ("data", data));
    }

    [Fact]
    public async Task Mapping_disk_changed_goes_on_when_a_disk_was_removed()
    {
        await _site.SetUpAsync(runs: 0);
        var data = _site.AddDisk("data.img");
        await _site.DoAsync("machine edit web --disk", $"root={_site.Site.Disk.Path}", $"data={data.Path}");
        await _site.DoAsync("job run nightly");
        await _site.CarryAsync();
        await _site.DoAsync("machine edit web --remove-disk data");
        await _site.BackUpAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        var verdict = await _site.WarnsAsync("offsite", "nightly", "mapping.disk-changed");

        var message = verdict.Check("mapping.disk-changed").Text("message");
        Assert.Contains("web/data was removed", message, StringComparison.Ordinal);
        await _site.CopiesDeltaAsync("offsite", "far/nightly");
    }

    [Theory]
    [InlineData("1MiB", "256KiB")]
    [InlineData("256KiB", "1MiB")]
    public async Task Mapping_block_size_cuts_the_source_anew_and_restores_identically(string seed, string source)
    {
        await _site.SetUpAsync(flags: $"--block-size {seed}");
        await _site.CarryAsync();
        await _site.DoAsync($"job add backup second --machine web --repository near --block-size {source}");
        await _site.DoAsync("job run second");
        await _site.DoAsync("job add copy offsite --job second --repository far");

        await _site.WarnsAsync("offsite", "nightly", "mapping.block-size");

        for (var round = 0; round < 2; round++)
        {
            _site.Site.Disk.Scatter(2);
            await _site.DoAsync("job run second");
            var run = await _site.DoAsync("job run offsite");
            Assert.Equal("increment", run.Only("machines").Text("kind"));
            Assert.InRange(run.Only("machines").Number("blocksChanged"), 1, 2);
            Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await _site.Site.RestoreNewestAsync("far/nightly"));
        }
    }

    [Fact]
    public async Task Mapping_seed_newer_is_idle_until_a_newer_point_exists()
    {
        await _site.SetUpAsync(runs: 2);
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        await _site.WarnsAsync("offsite", "nightly", "mapping.seed-newer");

        Assert.True((await _site.DoAsync("job plan offsite")).GetProperty("nothingToDo").GetBoolean());
        Assert.Equal("idle", (await _site.DoAsync("job run offsite")).Text("state"));
        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("offsite", "far/nightly");
    }

    [Fact]
    public async Task A_job_is_judged_and_waits_when_its_sources_have_no_points_yet()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.DoAsync($"job add backup second --machine web --repository near {SeedSite.Small}");
        await _site.DoAsync("job add copy offsite --job second --repository far");

        await _site.WarnsAsync("offsite", "nightly", "mapping.seed-newer");

        Assert.True((await _site.DoAsync("job plan offsite")).GetProperty("nothingToDo").GetBoolean());
        Assert.Equal("idle", (await _site.DoAsync("job run offsite")).Text("state"));
    }

    [Fact]
    public async Task Mapping_unverified_warns_until_the_data_was_read()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.CarryAsync(to: "verified");
        await _site.DoAsync("backup adopt-copy far/verified");
        await _site.DoAsync("backup verify far/verified --data");
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        Assert.Equal("ok", Unverified(await _site.CandidateAsync("offsite", "verified")));

        await _site.WarnsAsync("offsite", "nightly", "mapping.unverified");
        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("offsite", "far/nightly");

        Assert.Equal("ok", Unverified(await _site.CandidateAsync("offsite", "nightly")));
    }

    private static string? Unverified(System.Text.Json.JsonElement verdict) =>
        verdict.Check("mapping.unverified").Text("verdict");

    /// <summary>Puts another machine in the place of <c>web</c>: the same name and size of disk, other content.</summary>
    private async Task<DiskFile> ReplaceWebAsync()
    {
        var other = _site.AddDisk("other.img");
        other.Fill(0, (int)SeedSite.DiskSize);
        await _site.DoAsync("machine edit web --name old");
        await _site.DoAsync("machine add web --disk", $"root={other.Path}");
        await _site.DoAsync($"job add backup second --machine web --repository near {SeedSite.Small}");
        await _site.DoAsync("job run second");
        await _site.DoAsync("job add copy offsite --job second --repository far");
        return other;
    }

    private async Task DemandDisksAsync(params (string Id, DiskFile Disk)[] disks)
    {
        var folder = _site.Site["restored"];
        var files = (await _site.DoAsync("point restore far/nightly@latest --to", folder)).List("files");
        Assert.Equal(disks.Length, files.Count);
        foreach (var (id, disk) in disks)
        {
            var file = Assert.Single(files, file => file.Text("disk") == id);
            Assert.Equal(DiskFile.HashOf(disk.Path), DiskFile.HashOf(Path.Combine(folder, file.Text("path")!)));
        }
    }
}
