using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>What the job's retention does to the points a seed has already.</summary>
public sealed class RetentionTests(SeedSites sites) : IClassFixture<SeedSites>
{
    private readonly SeedSite _site = sites.Site;

    [Fact]
    public async Task Mapping_retention_keeps_the_seeds_points_pinned_unless_told_otherwise()
    {
        await SetUpAsync();

        var verdict = await _site.WarnsAsync("offsite", "nightly", "mapping.retention");

        // The point that the first run adds counts.
        Assert.Equal(3, verdict.List("pointsToRemove").Count);
        var seed = await _site.Site.PointsAsync("far/nightly");
        Assert.Equal(seed.Take(3).Ids(), verdict.List("pointsToRemove").Ids());
        Assert.All(seed, point => Assert.True(point.GetProperty("pinned").GetBoolean()));
        for (var round = 0; round < 3; round++)
        {
            await _site.DoAsync("job run offsite");
            await _site.BackUpAsync();
        }

        var points = await _site.Site.PointsAsync("far/nightly");
        Assert.Equal(seed.Ids(), points.Take(4).Ids());
        Assert.Equal(4 + 2, points.Count);

        // Let go, the first of them is one too many.
        await _site.DoAsync($"point unpin {seed[0].Text("id")}");
        await _site.DoAsync("job run offsite");
        points = await _site.Site.PointsAsync("far/nightly");
        Assert.Equal(seed.Skip(1).Ids(), points.Take(3).Ids());
        Assert.Equal(3 + 2, points.Count);
    }

    [Fact]
    public async Task Mapping_retention_applied_to_the_seed_removes_what_the_verdict_named()
    {
        await SetUpAsync();
        var seed = await _site.Site.PointsAsync("far/nightly");

        var verdict = await _site.WarnsAsync(
            "offsite",
            "nightly",
            "mapping.retention",
            "--apply-retention-to-seed --yes"
        );

        var run = await _site.DoAsync("job run offsite");
        Assert.Equal(3, run.Number("pointsRemoved"));
        var points = await _site.Site.PointsAsync("far/nightly");
        Assert.Equal(seed.Ids().Except(verdict.List("pointsToRemove").Ids()), points.Take(1).Ids());
        Assert.Equal(2, points.Count);
        Assert.Equal(seed[^1].Text("id"), points[0].Text("id"));
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await _site.Site.RestoreNewestAsync("far/nightly"));
    }

    [Fact]
    public async Task Mapping_retention_judged_only_changes_nothing()
    {
        await SetUpAsync();

        await _site.WarnsAsync("offsite", "nightly", "mapping.retention", "--dry-run");

        Assert.All(
            await _site.Site.PointsAsync("far/nightly"),
            point => Assert.False(point.GetProperty("pinned").GetBoolean())
        );
        Assert.Null((await _site.DoAsync("job show offsite")).Text("backup"));
    }

    /// <summary>A seed of four points, a newer one at the source, and a job that keeps two.</summary>
    private Task SetUpAsync() =>
        _site.PrepareAsync(
            "four points",
            async () =>
            {
                await _site.SetUpAsync(runs: 4);
                await _site.CarryAsync();
                await _site.BackUpAsync();
                await _site.DoAsync("job add copy offsite --job nightly --repository far --keep 2");
            }
        );
}
