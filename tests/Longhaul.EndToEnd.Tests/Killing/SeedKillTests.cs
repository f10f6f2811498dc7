using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>The making and the receiving of a seed are killed before a system call; the same command goes on and ends well.</summary>
public sealed class SeedKillTests(ITestOutputHelper output)
{
    private const int Killed = 137;
    private const int DiskSize = 3 << 20;
    private const string Calls = "renameat2,fsync";

    [Fact]
    public async Task Making_a_seed_goes_on_wherever_it_was_killed()
    {
        using var site = new Site(seed: 92);
        await SetUpAsync(site);
        Save(site, "home");

        await StrikeAsync(
            site,
            $"seed create offsite --to {site["usb"]} --split 4MiB",
            rollBack: () =>
            {
                Restore(site, "home");
                Clear(site["usb"]);
            },
            check: async () => (await site.RunAsync("seed check", site["usb"])).Ended(0)
        );
    }

    [Fact]
    public async Task Receiving_a_seed_goes_on_wherever_it_was_killed()
    {
        using var site = new Site(seed: 93);
        await SetUpAsync(site);
        (await site.RunAsync("seed create offsite --to", site["usb"])).Ended(0);
        foreach (var part in (string[])["home", "far", "usb"])
        {
            Save(site, part);
        }

        await StrikeAsync(
            site,
            $"seed receive {site["usb"]} --repository far",
            rollBack: () =>
            {
                foreach (var part in (string[])["home", "far", "usb"])
                {
                    Restore(site, part);
                }
            },
            check: async () =>
            {
                (await site.RunAsync("job map offsite far/offsite")).Ended(0);
                (await site.RunAsync("backup verify far/offsite --data")).Ended(0);
            },
            beforeGoingOn: async () =>
            {
                // Half received it is no backup to anybody.
                var rescan = (await site.RunAsync("repository rescan far")).Ended(0).Document;
                var isWhole = rescan.List("backups").Count == 1;
                Assert.True(isWhole || rescan.List("foreign").Count <= 1, rescan.ToString());
                Assert.Equal(isWhole, File.Exists(Path.Combine(site.Far, "offsite/backup.json")));
            }
        );
    }

    private async Task StrikeAsync(
        Site site,
        string line,
        Action rollBack,
        Func<Task> check,
        Func<Task>? beforeGoingOn = null
    )
    {
        var strace = new Strace(site);
        var all = await strace.CountAsync(Calls, line);
        await check();
        var there = all.Where(call =>
            call.Line.Contains(site["usb"], StringComparison.Ordinal)
            || call.Line.Contains(site.Far, StringComparison.Ordinal)
        );
        var landed = 0;
        foreach (var strike in KillCount.Sample([.. there], usual: 2))
        {
            rollBack();
            var outcome = await strace.StrikeAsync(strike, "signal=SIGKILL", line);
            Assert.True(outcome.ExitCode is Killed or 0, $"{strike}: {outcome}");
            landed += outcome.ExitCode == Killed ? 1 : 0;
            if (beforeGoingOn is not null)
            {
                await beforeGoingOn();
            }

            (await site.RunAsync(line)).Ended(0);
            await check();
        }

        output.WriteLine($"{landed} kills landed");
        Assert.True(landed > 0, "every run had ended before");
    }

    private static async Task SetUpAsync(Site site)
    {
        await site.SetUpAsync(DiskSize);
        site.Disk.Fill(0, DiskSize);
        (await site.RunAsync("job run nightly")).Ended(0);
        (await site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
    }

    private static void Save(Site site, string part) => Site.CopyFolder(site[part], site["saved-" + part]);

    private static void Restore(Site site, string part)
    {
        Clear(site[part]);
        Site.CopyFolder(site["saved-" + part], site[part]);
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
