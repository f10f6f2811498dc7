using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Retention by the calendar, over days that have passed for the program.</summary>
public sealed class LongTermTests : IDisposable
{
    private const int Block = 256 << 10;
    private const string Zone = "Europe/Berlin";

    private readonly Site _site = new(seed: 61);
    private readonly Dictionary<string, string> _hashes = [];

    [Fact]
    public async Task Weeks_and_months_leave_a_point_each_in_the_backup_and_in_its_copy()
    {
        await SetUpAsync("--keep 2 --keep-weekly 2 --keep-monthly 1");
        (
            await AtAsync(
                "2026-11-01 00:10:00",
                "job add copy offsite --job nightly --repository far --keep 1 --keep-weekly 2"
            )
        ).Ended(0);
        foreach (var day in (string[])["01", "02", "05", "08", "09", "10", "11"])
        {
            await BackUpAsync($"2026-11-{day} 00:20:00");
            await RunAsPlannedAsync($"2026-11-{day} 00:40:00", "offsite");
        }

        // Monday is the 2nd; 00:20 in Berlin is the day before in UTC.
        Assert.Equal(["01", "02", "09", "10", "11"], await DaysAsync("near/nightly"));
        Assert.Equal(["02", "09", "11"], await DaysAsync("far/offsite"));
        foreach (var backup in (string[])["near/nightly", "far/offsite"])
        {
            await ChecksOutAsync(backup);
        }
    }

    [Fact]
    public async Task A_long_term_point_is_a_full_needs_no_other_and_cost_nothing()
    {
        await SetUpAsync("--keep 1 --keep-weekly 3");
        var written = new List<long>();
        foreach (var day in (string[])["02", "03", "09", "10", "16", "17"])
        {
            written.Add((await BackUpAsync($"2026-11-{day} 02:00:00")).Number("bytesWritten"));
        }

        var points = await _site.PointsAsync("nightly");
        Assert.Equal(["full", "full", "full", "increment"], points.Select(point => point.Text("kind")!));
        Assert.All(written.Skip(1), bytes => Assert.InRange(bytes, 1, written[0] / 2));

        // Every other point goes, and its space.
        foreach (var point in (int[])[0, 1, 3])
        {
            (await _site.RunAsync($"point delete {points[point].Text("id")} --yes")).Ended(0);
        }

        (await _site.RunAsync("repository reclaim near --full --reclaim-delay 0s")).Ended(0);
        Assert.Equal(points[2].Text("id"), Assert.Single(await _site.PointsAsync("nightly")).Text("id"));
        await ChecksOutAsync("nightly");
    }

    [Fact]
    public async Task What_a_job_keeps_may_be_asked_for_and_changed()
    {
        await SetUpAsync("--keep 3");
        foreach (var day in (string[])["02", "03", "04", "05"])
        {
            await BackUpAsync($"2026-11-{day} 02:00:00");
        }

        var all = (await _site.RunAsync("job retention nightly")).Ended(0).Document;
        Assert.Equal(("keep 3", Zone, "nightly"), (all.Text("policy"), all.Text("timeZone"), all.Text("backup")));
        var points = all.Only("machines").List("points");
        Assert.Equal(["2026-11-06", "2026-11-07", "2026-11-08"], points.Select(point => point.Text("goesOn")!));
        Assert.All(points, point => Assert.Equal("last", Assert.Single(point.List("because")).GetString()));

        (await _site.RunAsync("job edit nightly --keep 1")).Ended(0);
        points = (await _site.RunAsync("job retention nightly")).Ended(0).Document.Only("machines").List("points");
        Assert.Equal([false, false, true], points.Select(point => point.IsTrue("kept")));
        Assert.Equal("keep 1: merged into the next point", points[0].Text("rule"));

        (await _site.RunAsync("job edit nightly --keep-days 1")).Ended(0);
        var removed = (await BackUpAsync("2026-11-06 02:00:00")).List("removedPoints");
        Assert.Equal(points.Take(2).Select(point => point.Text("id")), removed.Select(point => point.Text("id")));
        Assert.All(removed, point => Assert.Equal("keep 1, 1 day: merged into the next point", point.Text("rule")));
    }

    /// <summary>A rebuilt server that lacks them still backs up and copies; it only takes nothing away.</summary>
    [Fact]
    public async Task Without_time_zones_points_are_made_and_none_is_removed()
    {
        await SetUpAsync("--keep 1");
        (await AtAsync("2026-11-01 00:10:00", "job add copy offsite --job nightly --repository far --keep 1")).Ended(0);
        for (var round = 1; round <= 2; round++)
        {
            foreach (var job in (string[])["nightly", "offsite"])
            {
                _site.Disk.Scatter(2);
                var session = (await WithoutZonesAsync($"job run {job}")).Ended(1).Document.Only("machines");
                Assert.Equal("job.time-zone", session.Text("code"));
                Assert.Equal(round, (await _site.PointsAsync(job)).Count);
            }
        }

        (await WithoutZonesAsync("job plan offsite")).Failed(3, "job.time-zone");
        (await WithoutZonesAsync("job retention nightly")).Failed(3, "job.time-zone");
        (await WithoutZonesAsync("job show nightly")).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
        Assert.Single(await _site.PointsAsync("nightly"));
    }

    /// <inheritdoc/>
    public void Dispose() => _site.Dispose();

    private async Task SetUpAsync(string retention)
    {
        _site.Disk.Create(8 * Block);
        (await _site.RunAsync("repository add near", _site.Near)).Ended(0);
        (await _site.RunAsync("repository add far", _site.Far)).Ended(0);
        (await _site.RunAsync("machine add web --disk", $"root={_site.Disk.Path}")).Ended(0);
        var job = (
            await AtAsync(
                "2026-11-01 00:10:00",
                $"job add backup nightly --machine web --repository near --block-size 256KiB {retention}"
            )
        )
            .Ended(0)
            .Document;
        Assert.Equal(Zone, job.Text("timeZone"));
    }

    /// <summary>Changes the disk and backs it up.</summary>
    private async Task<JsonElement> BackUpAsync(string instant)
    {
        _site.Disk.Scatter(3);
        var session = await RunAsPlannedAsync(instant, "nightly");
        _hashes[session.Only("machines").Text("point")!] = DiskFile.HashOf(_site.Disk.Path);
        return session;
    }

    /// <summary>Runs a job: what goes is what the plan said.</summary>
    private async Task<JsonElement> RunAsPlannedAsync(string instant, string job)
    {
        var plan = (await AtAsync(instant, $"job plan {job}")).Ended(0).Document;
        var session = (await AtAsync(instant, $"job run {job}")).Ended(0).Document;
        Assert.Equal("success", session.Text("state"));
        Assert.Equal(
            plan.List("pointsToRemove").Select(point => (point.Text("id"), point.Text("rule"))),
            session.List("removedPoints").Select(point => (point.Text("id"), point.Text("rule")))
        );
        return session;
    }

    private async Task<Outcome> WithoutZonesAsync(string line) =>
        await LonghaulProgram.RunAsync(
            await LonghaulProgram.PathAsync(),
            Site.ArgumentsOf(_site.Home, line),
            new Dictionary<string, string> { ["TZDIR"] = _site["no-zones"], ["TZ"] = "UTC" },
            TestContext.Current.CancellationToken
        );

    private Task<Outcome> AtAsync(string instant, string line) => FakedClock.RunAsync(instant, Zone, _site.Home, line);

    /// <summary>Days of the points that are left, in the job's time zone.</summary>
    private async Task<IEnumerable<string>> DaysAsync(string backup) =>
        (await _site.PointsAsync(backup)).Select(point =>
            TimeZoneInfo
                .ConvertTime(
                    point.GetProperty("created").GetDateTimeOffset(),
                    TimeZoneInfo.FindSystemTimeZoneById(Zone)
                )
                .ToString("dd", System.Globalization.CultureInfo.InvariantCulture)
        );

    /// <summary>Every point that is left restores to what was on the disk, and nothing is damaged.</summary>
    private async Task ChecksOutAsync(string backup)
    {
        foreach (var point in await _site.PointsAsync(backup))
        {
            var source = point.Text("sourcePoint") ?? point.Text("id")!;
            Assert.Equal(_hashes[source], await _site.RestoreAsync(_site.Home, point.Text("id")!));
        }

        Assert.Empty((await _site.RunAsync($"backup verify {backup} --data")).Ended(0).Document.List("damaged"));
    }
}
