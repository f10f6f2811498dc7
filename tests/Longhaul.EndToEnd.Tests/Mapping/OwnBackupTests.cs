using Longhaul.EndToEnd.Tests.Killing;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>A job writes only to a backup that it can prove is its own, and begins no other in its place.</summary>
public sealed class OwnBackupTests(SeedSites sites) : IClassFixture<SeedSites>
{
    private readonly SeedSite _site = sites.Site;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_folders_that_are_both_the_jobs_own_stop_its_run()
    {
        await _site.SetUpAsync();
        var second = Path.Combine(_site.Site.Near, "second");
        Site.CopyFolder(Path.Combine(_site.Site.Near, "nightly"), second);
        await _site.DoAsync("repository rescan near");

        (await _site.RunAsync("job run nightly")).Failed(3, "backup.duplicate");

        Assert.Equal(["nightly", "second"], Folders(_site.Site.Near));
        Directory.Delete(second, recursive: true);
        await _site.DoAsync("repository rescan near");
        Assert.Equal("increment", (await _site.BackUpAsync()).Only("machines").Text("kind"));
    }

    [Fact]
    public async Task A_copy_that_went_its_own_way_and_comes_back_is_not_the_jobs()
    {
        await _site.SetUpAsync();
        await _site.BackUpAsync();
        await _site.BackUpAsync();
        await _site.CarryAsync();
        var oldest = (await _site.DoAsync("backup show far/nightly")).Only("machines").List("points")[0].Text("id");
        await _site.DoAsync($"point delete far/nightly@{oldest} --yes");
        Site.CopyFolder(_site.FarFolder(), Path.Combine(_site.Site.Near, "returned"));
        await _site.DoAsync("repository rescan near");

        Assert.Equal("increment", (await _site.BackUpAsync()).Only("machines").Text("kind"));
        Assert.Null((await _site.DoAsync("backup show near/returned")).Text("owner"));
        Assert.Equal("nightly", (await _site.DoAsync("job show nightly")).Text("backup"));

        // Nor when it is changed where it lies now, and so is at home in the job's repository.
        oldest = (await _site.DoAsync("backup show near/returned")).Only("machines").List("points")[0].Text("id");
        await _site.DoAsync($"point delete near/returned@{oldest} --yes");

        Assert.Equal("increment", (await _site.BackUpAsync()).Only("machines").Text("kind"));
        Assert.Null((await _site.DoAsync("backup show near/returned")).Text("owner"));
    }

    [Fact]
    public async Task A_damaged_log_of_its_own_stops_the_run_and_no_other_backup_is_begun()
    {
        await _site.SetUpAsync();
        var record = Path.Combine(_site.Site.Near, "nightly", "log", "00000001");
        var bytes = await File.ReadAllBytesAsync(record, Token);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(record, bytes, Token);

        var error = (await _site.RunAsync("job run nightly")).Failed(5, "data.damaged");

        Assert.Contains("00000001", error.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["nightly"], Folders(_site.Site.Near));
    }

    [Fact]
    public async Task A_job_that_lives_is_not_adopted_out_of_a_backup_it_left()
    {
        await _site.SetUpMappedAsync();
        await _site.DoAsync("job unmap offsite --yes");
        await _site.DoAsync("job run offsite");

        (await _site.RunAsync("job adopt far/nightly")).Failed(3, "job.exists");

        Assert.Null((await _site.DoAsync("backup show far/nightly")).Text("owner"));
        Assert.Equal("offsite", (await _site.DoAsync("job show offsite")).Text("backup"));
    }

    [Theory]
    [InlineData("error=EIO", 1)]
    [InlineData("signal=SIGINT", 130)]
    public async Task Adding_a_mapped_job_that_fails_leaves_nobody_as_owner(string what, int exitCode)
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.DoAsync("backup detach far/nightly --yes");
        const string Add = "job add copy offsite --job nightly --repository far --map far/nightly --yes";
        var strace = new Strace(_site.Site);
        var flushes = await strace.CountAsync("fsync", Add);
        await _site.DoAsync("job remove offsite --yes");
        var inFolder = flushes.Where(call => call.Line.Contains(_site.FarFolder(), StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(inFolder);
        var landed = 0;

        foreach (var strike in inFolder)
        {
            // The work takes a few milliseconds: what it does next waits until a signal can have been noticed.
            var outcome = await strace.StrikeAsync(strike, what, Add, slow: "linkat,renameat2,pwrite64");
            if (outcome.ExitCode == 0)
            {
                // It came too late: the work was done.
                await _site.DoAsync("job remove offsite --yes");
                continue;
            }

            outcome.Ended(exitCode);
            landed++;
            Assert.Null((await _site.DoAsync("backup show far/nightly")).Text("owner"));
            (await _site.RunAsync("job show offsite")).Failed(4, "job.not-found");
        }

        Assert.True(landed > 0, "nothing was struck in time");
        await _site.DoAsync(Add);
    }

    /// <summary>Every command is a process of its own: only what the home remembers lets one see a lease stand still.</summary>
    [Fact]
    public async Task The_lease_of_a_host_that_died_is_cleared_by_a_later_process()
    {
        Require.Root();
        await _site.SetUpAsync();
        await _site.DoAsync("job edit nightly --before", "kill -KILL $PPID");
        await RunElsewhereAsync("job run nightly");
        var leases = Path.Combine(_site.Site.Near, "nightly", "leases");
        var id = Path.GetFileName(Assert.Single(Directory.GetDirectories(leases)));
        await _site.DoAsync("job edit nightly --before", "true");

        (await _site.RunAsync("job run nightly")).Failed(8, "backup.busy");
        await _site.DoAsync("repository reclaim near --reclaim-delay 0");

        // It was seen, and is taken for alive. Had it been seen when this host was started, its term would be over.
        Assert.True(Directory.Exists(Path.Combine(leases, id)));
        var sighting = Path.Combine(_site.Site.Home, "leases", id);
        var words = (await File.ReadAllTextAsync(sighting, Token)).Split(' ');
        await File.WriteAllTextAsync(sighting, $"{words[0]} {words[1]} 0", Token);
        await _site.DoAsync("repository reclaim near --reclaim-delay 0");

        Assert.False(Directory.Exists(Path.Combine(leases, id)));
        Assert.False(File.Exists(sighting));
        Assert.Equal("increment", (await _site.BackUpAsync()).Only("machines").Text("kind"));
    }

    /// <summary>Runs the program, which does not survive it, under another host's name.</summary>
    private async Task RunElsewhereAsync(string line)
    {
        var program = await LonghaulProgram.PathAsync();
        var (exitCode, output) = await ExternalTool.TryRunAsync(
            Require.Tool("unshare"),
            [
                "--uts",
                Require.Tool("sh"),
                "-c",
                "hostname elsewhere && exec \"$@\"",
                "sh",
                program,
                .. Site.ArgumentsOf(_site.Site.Home, line),
            ],
            null,
            Token
        );
        Assert.True(exitCode == 137, output);
    }

    private static IEnumerable<string?> Folders(string repository) =>
        Directory.GetDirectories(repository).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
