using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>The power goes in the middle of a run: what was not flushed to the device is lost, as XFS recovers it.</summary>
/// <remarks>Unlike a kill, which leaves all that was written in the system's cache.</remarks>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Mebibyte = 1 << 20;
    private const int Kept = 2;

    private static readonly string[] s_lines =
    [
        "job run nightly",
        "job run offsite",
        "repository reclaim near --full --reclaim-delay 0",
    ];

    private readonly PointBook _book = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_committed_survives_power_cuts(bool homeToo)
    {
        var seed = SeedOf.Test(output);
        var random = new Random(seed);
        await using var volume = await MountedFolder.MountLoopAsync("xfs", 320L * Mebibyte, Token);
        using var site = new Site(seed, volume.Path, homeToo ? Path.Combine(volume.Path, "home") : null);
        await site.SetUpAsync(8 * Mebibyte, $"--block-size 256KiB --keep {Kept}");
        (await site.RunAsync("job run nightly")).Ended(0);
        await site.SeedAsync($"--keep {Kept}");
        await SeeAsync(site);

        var usual = await TimeAsync(site);
        var inMidRun = s_lines.ToDictionary(line => line, _ => 0);
        for (var cut = 0; cut < KillCount.Times(6); cut++)
        {
            await PrepareAsync(site, random);
            var line = s_lines[cut % s_lines.Length];
            var after = usual[line] * (0.3 + (0.7 * random.NextDouble()));
            var struck = site.RunAsync(line);
            await Task.Delay(after, TimeProvider.System, Token);
            await volume.CutPowerAsync(Token);
            var outcome = await struck;
            await volume.RemountAsync(Token);

            output.WriteLine($"{line}: cut after {after.TotalMilliseconds:F0} ms, ended with {outcome.ExitCode}");
            // What the process makes of a dead disk is its own affair, unless it says that it has done its work.
            Assert.True(outcome.ExitCode is 0 or 1 || (homeToo && outcome.ExitCode == 5), outcome.ToString());
            inMidRun[line] += outcome.ExitCode == 0 ? 0 : 1;
            if (outcome.ExitCode == 0)
            {
                usual[line] = after * 0.7; // it takes less than when it was timed: the machine had more to do
            }

            await CheckAsync(site, outcome, random);
            (await site.RunAsync(line)).Ended(0);
        }

        Assert.True(inMidRun["job run nightly"] + inMidRun["job run offsite"] > 0, "every run had ended before");
        await CheckNothingIsLeftAsync(site);
    }

    /// <summary>How long each line takes when nothing happens.</summary>
    private async Task<Dictionary<string, TimeSpan>> TimeAsync(Site site)
    {
        var usual = new Dictionary<string, TimeSpan>();
        await PrepareAsync(site, new Random(1));
        foreach (var line in s_lines)
        {
            var start = TimeProvider.System.GetTimestamp();
            (await site.RunAsync(line)).Ended(0);
            usual[line] = TimeProvider.System.GetElapsedTime(start);
        }

        return usual;
    }

    /// <summary>Gives every line something to do: a point to copy, one to remove, and a change to back up.</summary>
    private async Task PrepareAsync(Site site, Random random)
    {
        (await site.RunAsync("job run nightly")).Ended(0);
        await SeeAsync(site);
        site.Disk.Fill(random.Next(4) * Mebibyte, 3 * Mebibyte);
        site.Disk.Scatter(10);
    }

    private async Task CheckAsync(Site site, Outcome outcome, Random random)
    {
        var points = await SeeAsync(site);
        if (outcome.ExitCode == 0 && outcome.Document.TryGetProperty("machines", out var machines))
        {
            // The run said that the point is there, so no power cut may take it.
            var made = Assert.Single(machines.EnumerateArray()).Text("point");
            Assert.True(made is null || points.Contains(made), $"{made} was reported, and is gone: {outcome}");
        }

        foreach (var point in random.GetItems(_book.Present.ToArray(), 2))
        {
            Assert.True(
                _book.ContentOf(point) == await site.RestoreAsync(site.Home, point),
                $"{point} after {outcome}"
            );
        }

        (await site.RunAsync("backup verify near/nightly --data")).Ended(0);
        (await site.RunAsync("backup verify far/nightly --data")).Ended(0);
    }

    private async Task<List<string>> SeeAsync(Site site)
    {
        var ids = new List<string>();
        foreach (var backup in new[] { "near/nightly", "far/nightly" })
        {
            var points = await site.PointsAsync(backup);
            _book.See(backup, points, DiskFile.HashOf(site.Disk.Path), Kept);
            ids.AddRange(points.Select(point => point.Text("id")!));
        }

        return ids;
    }

    private static async Task CheckNothingIsLeftAsync(Site site)
    {
        (await site.RunAsync("job run nightly")).Ended(0);
        (await site.RunAsync("job run offsite")).Ended(0);
        await Leavings.ReclaimAsync(site.Home, "near");
        await Leavings.ReclaimAsync(site.Home, "far");
        Assert.Empty(await Leavings.FindAsync(Path.Combine(site.Near, "nightly")));
        Assert.Empty(await Leavings.FindAsync(Path.Combine(site.Far, "nightly")));
    }
}
