using System.Globalization;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>A clock that is set years forth and back between runs: every point stays that is to be kept, in the order in which
/// they were made.</summary>
public sealed class ClockSetTests
{
    [Fact]
    public async Task A_clock_that_is_set_takes_nothing_away_and_the_next_point_is_dated_after_the_last()
    {
        using var site = new Site(seed: 81);
        await site.SetUpAsync(2 << 20, "--block-size 256KiB --keep 4 --keep-days 30");
        var hashes = new List<string>();
        string[] clocks = ["2026-11-02 02:00:00", "2031-01-01 02:00:00", "2026-11-03 02:00:00", "2020-01-01 02:00:00"];
        foreach (var clock in clocks)
        {
            site.Disk.Scatter(3);
            hashes.Add(DiskFile.HashOf(site.Disk.Path));
            var run = (await FakedClock.RunAsync(clock, "UTC", site.Home, "job run nightly")).Ended(0);
            Assert.Equal(
                clock.StartsWith("2026-11-03", StringComparison.Ordinal)
                    || clock.StartsWith("2020", StringComparison.Ordinal),
                run.Output.Contains("not after the last point's", StringComparison.Ordinal)
            );
        }

        var points = await site.PointsAsync("nightly");
        Assert.Equal(clocks.Length, points.Count);
        var times = points
            .Select(point => DateTimeOffset.Parse(point.Text("created")!, CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(times.Order(), times);
        Assert.Equal([1, 1], times.Skip(2).Zip(times.Skip(1), (later, earlier) => (later - earlier).TotalMilliseconds));
        foreach (var (point, hash) in points.Zip(hashes))
        {
            Assert.Equal(hash, await site.RestoreAsync(site.Home, point.Text("id")!));
        }

        // Reclaim under a clock that is years on deletes nothing that is listed.
        (await FakedClock.RunAsync("2040-01-01 02:00:00", "UTC", site.Home, "repository reclaim near")).Ended(0);
        (await site.RunAsync("backup verify nightly --data")).Ended(0);
    }
}
