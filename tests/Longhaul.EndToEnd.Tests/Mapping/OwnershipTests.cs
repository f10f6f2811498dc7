using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>One job owns a backup: taking it, leaving it, losing it.</summary>
public sealed class OwnershipTests(SeedSites sites) : IClassFixture<SeedSites>
{
    private readonly SeedSite _site = sites.Site;

    [Fact]
    public async Task Mapping_makes_the_job_the_owner_and_leaves_the_original_alone()
    {
        await _site.SetUpMappedAsync();

        var seed = await _site.DoAsync("backup show far/nightly");
        var original = await _site.DoAsync("backup show near/nightly");

        Assert.Equal("owned", seed.Text("state"));
        Assert.Equal("offsite", seed.Text("owner"));
        Assert.Equal("backup", seed.Text("origin"));
        Assert.Equal("nightly", original.Text("owner"));
        Assert.Equal(original.Text("id"), seed.Text("id"));
        Assert.NotEqual(original.Text("instanceId"), seed.Text("instanceId"));
        Assert.Equal("nightly", (await _site.DoAsync("job show offsite")).Text("backup"));
    }

    [Fact]
    public async Task Unmap_asks_and_the_next_run_makes_a_new_folder_and_a_full()
    {
        await _site.SetUpMappedAsync();

        var question = (await _site.RunAsync("job unmap offsite")).Failed(2, "usage.confirmation-needed");
        Assert.Matches("[KM]iB", question.Text("message"));
        Assert.Equal("owned", (await _site.DoAsync("backup show far/nightly")).Text("state"));
        await _site.DoAsync("job unmap offsite --yes");

        var left = await _site.DoAsync("backup show far/nightly");
        Assert.NotEqual("owned", left.Text("state"));
        Assert.Null(left.Text("owner"));
        Assert.Single(left.Only("machines").List("points"));
        Assert.Null((await _site.DoAsync("job show offsite")).Text("backup"));
        (await _site.RunAsync("job unmap offsite --yes")).Failed(3, "job.not-mapped");
        var run = await _site.DoAsync("job run offsite");
        Assert.Equal("full", run.Only("machines").Text("kind"));
        Assert.Equal("offsite", (await _site.DoAsync("job show offsite")).Text("backup"));
        Assert.Single(await _site.Site.PointsAsync("far/nightly"));
    }

    /// <summary>A plan shown before a machine came takes nothing back: a job's first run makes fulls of all it has.</summary>
    [Fact]
    public async Task The_first_run_after_unmapping_needs_no_consent_for_any_machine()
    {
        await _site.SetUpMappedAsync();
        await _site.DoAsync("job unmap offsite --yes");
        await _site.DoAsync("job plan offsite");
        _site.AddDisk("db.img");
        await _site.DoAsync("machine add db --disk", $"root={_site.Site["db.img"]}");
        await _site.DoAsync("job edit nightly --machine web db");
        await _site.BackUpAsync();

        var run = await _site.DoAsync("job run offsite");

        Assert.Equal(2, run.List("machines").Count);
        Assert.All(run.List("machines"), machine => Assert.Equal("full", machine.Text("kind")));
    }

    [Fact]
    public async Task Mapping_a_mapped_job_leaves_the_first_seed_and_says_so()
    {
        await _site.SetUpMappedAsync();
        await _site.BackUpAsync();
        await _site.CarryAsync(to: "later");

        var mapped = await _site.RunAsync("job map offsite far/later --yes");

        mapped.Ended(0);
        Assert.Contains("leaves its backup 'nightly'", mapped.Errors, StringComparison.Ordinal);
        Assert.Null((await _site.DoAsync("backup show far/nightly")).Text("owner"));
        Assert.Equal("offsite", (await _site.DoAsync("backup show far/later")).Text("owner"));
        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("offsite", "far/later");
        Assert.Single(await _site.Site.PointsAsync("far/nightly"));
    }

    [Fact]
    public async Task A_job_with_a_backup_of_its_own_leaves_that_one_where_it_is()
    {
        await _site.SetUpAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        await _site.DoAsync("job run offsite");
        await _site.CarryAsync();

        await _site.DoAsync("job map offsite far/nightly --yes");

        Assert.Null((await _site.DoAsync("backup show far/offsite")).Text("owner"));
        Assert.Single(await _site.Site.PointsAsync("far/offsite"));
        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("offsite", "far/nightly");
    }

    [Fact]
    public async Task Removing_a_job_leaves_its_backup_ownerless_and_another_goes_on()
    {
        await _site.SetUpMappedAsync();

        await _site.DoAsync("job remove offsite --yes");

        Assert.Null((await _site.DoAsync("backup show far/nightly")).Text("owner"));
        await _site.DoAsync("job add copy second --job nightly --repository far");
        await _site.DoAsync("job map second far/nightly --yes");
        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("second", "far/nightly");
    }

    [Fact]
    public async Task A_job_whose_backup_was_detached_is_brought_back_by_adopting_it()
    {
        await _site.SetUpMappedAsync();
        await _site.DoAsync("backup detach far/nightly --yes");
        await _site.BackUpAsync();
        (await _site.RunAsync("job run offsite")).Failed(3, "job.backup-owned");

        await _site.DoAsync("job adopt far/nightly");

        await _site.CopiesDeltaAsync("offsite", "far/nightly");
    }

    /// <summary>The one that takes it over is another installation: only the folder tells.</summary>
    [Fact]
    public async Task A_job_whose_backup_was_taken_over_is_not_enabled()
    {
        await _site.SetUpAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        await _site.DoAsync("job run offsite");
        await _site.DoAsync("job disable nightly");
        (await _site.RunAsync("job run nightly")).Failed(3, "job.disabled");
        var home = _site.Site["other-home"];
        foreach (
            var line in new[]
            {
                $"repository add near {_site.Site.Near}",
                $"repository add far {_site.Site.Far}",
                "repository rescan near",
                "repository rescan far",
                "job add copy back --backup far/offsite --repository near",
                "backup detach near/nightly --yes",
                "job map back near/nightly --yes",
            }
        )
        {
            (await Site.RunAtAsync(home, line)).Ended(0);
        }

        var error = (await _site.RunAsync("job enable nightly")).Failed(3, "job.backup-owned");

        Assert.Contains("'back'", error.Text("message"), StringComparison.Ordinal);
        Assert.False((await _site.DoAsync("job show nightly")).GetProperty("enabled").GetBoolean());
    }
}
