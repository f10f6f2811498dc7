using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>Who owns a seed, and who is at work in it.</summary>
public sealed class HolderTests : IDisposable
{
    private readonly SeedSite _site = new(seed: 104);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Mapping_owned_is_refused_until_the_other_job_leaves()
    {
        await SetUpMappedAsync();
        await _site.DoAsync("job add copy second --job nightly --repository far");
        await _site.DoAsync("job disable offsite");

        var check = await _site.RefusesAsync("second", "nightly", "mapping.owned");

        Assert.Contains("'offsite'", check.Text("message"), StringComparison.Ordinal);
        Assert.Contains("job unmap offsite", check.Text("hint"), StringComparison.Ordinal);
        await _site.DoAsync("job unmap offsite --yes");
        await _site.DoAsync("job map second far/nightly --yes");
        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("second", "far/nightly");
    }

    [Fact]
    public async Task Mapping_owned_by_another_installation_is_refused_until_it_is_detached_here()
    {
        await SetUpMappedAsync();
        var home = _site.Site["other-home"];
        async Task<Outcome> ThereAsync(string line, params string[] more) => await Site.RunAtAsync(home, line, more);
        (await ThereAsync("repository add near", _site.Site.Near)).Ended(0);
        (await ThereAsync("repository add far", _site.Site.Far)).Ended(0);
        (await ThereAsync("repository rescan near")).Ended(0);
        (await ThereAsync("repository rescan far")).Ended(0);
        (await ThereAsync("job add copy second --backup near/nightly --repository far")).Ended(0);

        var error = (await ThereAsync("job map second far/nightly --yes")).Failed(3, "mapping.owned");

        Assert.Contains("backup detach far/nightly", error.Text("hint"), StringComparison.Ordinal);
        var question = (await ThereAsync("backup detach far/nightly")).Failed(2, "usage.confirmation-needed");
        Assert.Contains("'offsite'", question.Text("message"), StringComparison.Ordinal);
        (await ThereAsync("backup detach far/nightly --yes")).Ended(0);
        (await ThereAsync("job map second far/nightly --yes")).Ended(0);
        await _site.BackUpAsync();
        var run = (await ThereAsync("job run second")).Ended(0).Document;
        Assert.Equal("increment", run.Only("machines").Text("kind"));
        (await _site.RunAsync("job run offsite")).Failed(3, "job.backup-owned");
    }

    [Fact]
    public async Task Mapping_busy_is_refused_while_a_run_is_at_work()
    {
        await _site.SetUpAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        await _site.DoAsync("job run offsite");
        await _site.DoAsync("job add copy back --backup far/offsite --repository near");
        await using var waiting = await WaitingRun.StartAsync(_site);

        // The folder is carried while the run is at work in it: its owner counts only in 'near', the live lease everywhere.
        await _site.CarryAsync();
        var check = await _site.RefusesAsync("offsite", "nightly", "mapping.busy");
        var owned = (await _site.RunAsync("job map back near/nightly --yes")).Failed(3, "mapping.owned");

        Assert.Contains("job 'nightly'", check.Text("message"), StringComparison.Ordinal);
        Assert.Equal("refused", owned.GetProperty("details").Check("mapping.busy").Text("verdict"));
        (await _site.RunAsync("backup detach near/nightly --yes")).Failed(8, "backup.busy");
        (await _site.RunAsync("job run nightly")).Failed(8, "backup.busy");
        Assert.Equal("success", (await waiting.EndAsync()).Ended(0).Document.Text("state"));
        Assert.Equal("ok", (await _site.CandidateAsync("offsite", "nightly")).Check("mapping.busy").Text("verdict"));
    }

    private async Task SetUpMappedAsync()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        await _site.DoAsync("job map offsite far/nightly --yes");
    }

    /// <summary>A run of <c>nightly</c> whose first command says that it is there, and then waits to be told to go on.</summary>
    private sealed class WaitingRun(Task<Outcome> run, string goOn) : IAsyncDisposable
    {
        private bool _ended;

        public static async Task<WaitingRun> StartAsync(SeedSite site)
        {
            var (here, goOn) = (site.Site["here"], site.Site["go-on"]);
            await ExternalTool.RunAsync(Require.Tool("mkfifo"), [here, goOn], Token);
            await site.DoAsync("job edit nightly --before", $"echo > '{here}'; cat '{goOn}'");
            var run = site.RunAsync("job run nightly");
            var reached = File.ReadAllTextAsync(here, Token);
            Assert.Same(reached, await Task.WhenAny(reached, run));
            return new WaitingRun(run, goOn);
        }

        public async Task<Outcome> EndAsync()
        {
            _ended = true;
            await File.WriteAllTextAsync(goOn, "go on", Token);
            return await run;
        }

        public async ValueTask DisposeAsync()
        {
            if (!_ended)
            {
                await EndAsync();
            }
        }
    }
}
