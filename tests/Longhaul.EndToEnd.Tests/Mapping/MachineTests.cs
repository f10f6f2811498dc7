using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>Which machine of the job is which machine of the seed.</summary>
public sealed class MachineTests : IDisposable
{
    private readonly SeedSite _site = new(seed: 105);

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Mapping_no_common_machine_is_refused_and_says_what_the_seed_has()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await AddDbAsync();
        await _site.DoAsync("job add copy offsite --job dbs --repository far");

        var check = await _site.RefusesAsync("offsite", "nightly", "mapping.no-common-machine");

        Assert.Contains("web", check.Text("message"), StringComparison.Ordinal);
        Assert.Contains("--pair", check.Text("hint"), StringComparison.Ordinal);
    }

    /// <summary>A machine that has another name in the seed, and other disks: a person says that it is the one.</summary>
    [Fact]
    public async Task Mapping_no_common_machine_is_mended_by_naming_the_pair()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.DoAsync("machine add moved --disk", $"root={_site.Site.Disk.Path}");
        await _site.DoAsync($"job add backup movers --machine moved --repository near {SeedSite.Small}");
        await _site.DoAsync("job run movers");
        await _site.DoAsync("job add copy offsite --job movers --repository far");
        await _site.RefusesAsync("offsite", "nightly", "mapping.no-common-machine");

        var verdict = await _site.DoAsync("job map offsite far/nightly --pair moved=web --yes");

        Assert.Equal("pair", verdict.Only("machines").Text("matchedBy"));
        _site.Site.Disk.Scatter(2);
        await _site.DoAsync("job run movers");
        var run = await _site.CopiesDeltaAsync("offsite", "far/nightly");
        Assert.Equal("digests", run.Only("machines").Text("baselineFoundBy"));
    }

    [Fact]
    public async Task Mapping_ambiguous_machine_is_refused_until_the_pair_is_named()
    {
        await _site.SetUpAsync();
        var first = await ReplaceWebAsync("web-1");
        await _site.DoAsync("job edit nightly --machine web");
        await _site.DoAsync("job run nightly");
        var second = await ReplaceWebAsync("web-2");
        await _site.CarryAsync();
        await _site.DoAsync($"job add backup weekly --machine web --repository near {SeedSite.Small}");
        await _site.DoAsync("job run weekly");
        await _site.DoAsync("job add copy offsite --job weekly --repository far");

        var check = await _site.RefusesAsync("offsite", "nightly", "mapping.ambiguous-machine");
        Assert.Contains(first, check.Text("message"), StringComparison.Ordinal);
        Assert.Contains(second, check.Text("message"), StringComparison.Ordinal);
        var verdict = await _site.DoAsync($"job map offsite far/nightly --pair web={second} --yes");

        var machine = verdict.Only("machines");
        Assert.Equal("pair", machine.Text("matchedBy"));
        Assert.Equal(second, machine.Text("seedMachineId"));
        _site.Site.Disk.Scatter(2);
        await _site.DoAsync("job run weekly");
        var run = await _site.DoAsync("job run offsite");
        Assert.Equal("increment", run.Only("machines").Text("kind"));
        var chains = (await _site.DoAsync("backup show far/nightly")).List("machines");
        Assert.Equal(2, Assert.Single(chains, chain => chain.Text("machineId") == second).List("points").Count);
        Assert.Single(Assert.Single(chains, chain => chain.Text("machineId") == first).List("points"));
    }

    [Fact]
    public async Task Mapping_machine_missing_makes_a_full_of_that_machine_only()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        var db = await AddDbAsync();
        await _site.DoAsync("job add copy offsite --job nightly dbs --repository far");

        var verdict = await _site.WarnsAsync("offsite", "nightly", "mapping.machine-missing");

        Assert.Contains("db", verdict.Check("mapping.machine-missing").Text("message"), StringComparison.Ordinal);
        Assert.Null(verdict.Machine("db").Text("baseline"));
        Assert.NotNull(verdict.Machine("web").Text("baseline"));
        await _site.BackUpAsync();
        var run = await _site.DoAsync("job run offsite");
        Assert.Equal("increment", run.Machine("web").Text("kind"));
        Assert.Equal("full", run.Machine("db").Text("kind"));
        Assert.InRange(run.Machine("web").Number("bytesTransferred"), 1, 256 << 10);
        Assert.Equal(DiskFile.HashOf(db.Path), await RestoreAsync("far/nightly/db@latest"));
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await RestoreAsync("far/nightly/web@latest"));
    }

    /// <summary>A machine of the seed that the job lacks is left alone, by retention too.</summary>
    [Fact]
    public async Task A_foreign_machine_keeps_its_points()
    {
        await _site.SetUpAsync(runs: 0);
        _site.AddDisk("db.img");
        await _site.DoAsync("machine add db --disk", $"root={_site.Site["db.img"]}");
        await _site.DoAsync("job edit nightly --machine web db");
        await _site.BackUpAsync();
        await _site.BackUpAsync();
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --machine web --repository far --keep 1");

        var verdict = await _site.DoAsync("job map offsite far/nightly --apply-retention-to-seed --yes");

        Assert.Equal("web", verdict.Only("machines").Text("machine"));
        await _site.BackUpAsync();
        await _site.DoAsync("job run offsite");
        var backup = await _site.DoAsync("backup show far/nightly");
        Assert.Single(backup.Machine("web").List("points"));
        Assert.Equal(2, backup.Machine("db").List("points").Count);
    }

    private Task<string> RestoreAsync(string point) => _site.Site.RestoreAsync(_site.Site.Home, point);

    /// <summary>Renames <c>web</c>, and adds a machine of the old name with the same disk.</summary>
    /// <returns>The id of the machine that was renamed.</returns>
    private async Task<string> ReplaceWebAsync(string name)
    {
        var renamed = await _site.DoAsync($"machine edit web --name {name}");
        await _site.DoAsync("machine add web --disk", $"root={_site.Site.Disk.Path}");
        return renamed.Text("id")!;
    }

    private async Task<DiskFile> AddDbAsync()
    {
        var disk = _site.AddDisk("db.img");
        await _site.DoAsync("machine add db --disk", $"root={disk.Path}");
        await _site.DoAsync($"job add backup dbs --machine db --repository near {SeedSite.Small}");
        await _site.DoAsync("job run dbs");
        return disk;
    }
}
