using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>A folder that went back or went another way, copies beside originals, and a catalog that was lost.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly SeedSite _site = new(seed: 109);

    private string Folder => Path.Combine(_site.Site.Near, "nightly");

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Backup_rolled_back_stops_the_run_until_it_is_accepted()
    {
        await _site.SetUpAsync();
        Site.CopyFolder(Folder, _site.Site["older"]);
        await _site.BackUpAsync();
        PutBack("older");

        (await _site.RunAsync("job run nightly")).Failed(3, "backup.rolled-back");
        // To look at it is not to accept it.
        await _site.DoAsync("backup show nightly");
        await _site.DoAsync("repository rescan near");
        await _site.DoAsync("point list nightly");
        (await _site.RunAsync("job run nightly")).Failed(3, "backup.rolled-back");
        (await _site.RunAsync("backup accept nightly")).Failed(2, "usage.confirmation-needed");
        await _site.DoAsync("backup accept nightly --yes");

        var run = await _site.DoAsync("job run nightly");
        Assert.Equal("increment", run.Only("machines").Text("kind"));
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await _site.Site.RestoreNewestAsync("nightly"));
    }

    [Fact]
    public async Task Backup_forked_stops_the_run_until_it_is_accepted()
    {
        await _site.SetUpAsync();
        Site.CopyFolder(Folder, _site.Site["older"]);
        Site.CopyFolder(_site.Site.Home, _site.Site["other-home"]);
        await _site.BackUpAsync();
        // The same job goes on from the older copy elsewhere, further than here.
        PutBack("older");
        for (var round = 0; round < 2; round++)
        {
            _site.Site.Disk.Scatter(1);
            (await Site.RunAtAsync(_site.Site["other-home"], "job run nightly")).Ended(0);
        }

        (await _site.RunAsync("job run nightly")).Failed(3, "backup.forked");
        await _site.DoAsync("backup show nightly");
        (await _site.RunAsync("job run nightly")).Failed(3, "backup.forked");
        await _site.DoAsync("backup accept nightly --yes");

        await _site.BackUpAsync();
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await _site.Site.RestoreNewestAsync("nightly"));
    }

    /// <summary>Until somebody continues it, a carried copy has the instance of its original, and may be older.</summary>
    [Fact]
    public async Task A_carried_copy_is_not_taken_for_its_original_gone_back()
    {
        await _site.SetUpAsync(runs: 2);
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        await _site.BackUpAsync();

        await _site.DoAsync("job map offsite far/nightly --yes");

        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("offsite", "far/nightly");
    }

    [Fact]
    public async Task The_original_is_still_watched_when_an_older_copy_of_it_lies_elsewhere()
    {
        await _site.SetUpAsync();
        Site.CopyFolder(Folder, _site.Site["older"]);
        await _site.BackUpAsync();
        Site.CopyFolder(_site.Site["older"], _site.FarFolder());
        await _site.DoAsync("repository rescan far");
        PutBack("older");

        (await _site.RunAsync("job run nightly")).Failed(3, "backup.rolled-back");
    }

    /// <summary>Work on a carried copy by hand makes it a backup of its own first, so that the original is not disturbed.</summary>
    [Fact]
    public async Task Deleting_a_point_of_a_carried_copy_leaves_the_original_alone()
    {
        await _site.SetUpAsync(runs: 3);
        await _site.CarryAsync();
        var oldest = (await _site.Site.PointsAsync("far/nightly"))[0].Text("created")!;

        await _site.DoAsync($"point delete far/nightly@{oldest} --yes");

        Assert.Equal(2, (await _site.Site.PointsAsync("far/nightly")).Count);
        Assert.Equal(3, (await _site.Site.PointsAsync("near/nightly")).Count);
        Assert.NotEqual(
            (await _site.DoAsync("backup show near/nightly")).Text("instanceId"),
            (await _site.DoAsync("backup show far/nightly")).Text("instanceId")
        );
        await _site.BackUpAsync();
    }

    [Fact]
    public async Task A_lost_catalog_costs_a_mapped_copy_job_no_full()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far --keep 5");
        await _site.DoAsync("job map offsite far/nightly --yes");
        await _site.BackUpAsync();
        await _site.DoAsync("job run offsite");
        Directory.Delete(_site.Site.Home, recursive: true);

        await _site.DoAsync("repository add near", _site.Site.Near);
        await _site.DoAsync("repository add far", _site.Site.Far);
        await _site.DoAsync("repository rescan near");
        await _site.DoAsync("repository rescan far");
        await _site.DoAsync("job adopt near/nightly");
        var job = await _site.DoAsync("job adopt far/nightly");

        Assert.Equal("offsite", job.Text("name"));
        Assert.Equal(5, job.Number("keep"));
        await _site.BackUpAsync();
        var run = await _site.CopiesDeltaAsync("offsite", "far/nightly");
        Assert.Equal("lineage", run.Only("machines").Text("baselineFoundBy"));
    }

    [Fact]
    public async Task Adopting_a_job_whose_name_is_taken_changes_nothing()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        await _site.DoAsync("job map offsite far/nightly --yes");
        await _site.DoAsync("backup detach far/nightly --yes");
        await _site.DoAsync("job remove offsite --yes");
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        (await _site.RunAsync("job adopt far/nightly")).Failed(3, "job.exists");

        Assert.Null((await _site.DoAsync("backup show far/nightly")).Text("owner"));
        await _site.DoAsync("job map offsite far/nightly --yes");
    }

    private void PutBack(string name)
    {
        Directory.Delete(Folder, recursive: true);
        Site.CopyFolder(_site.Site[name], Folder);
    }
}
