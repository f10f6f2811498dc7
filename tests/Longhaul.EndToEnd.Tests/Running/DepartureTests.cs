using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>A machine that is taken out of its job: its points stay, and go when the job says so.</summary>
public sealed class DepartureTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Site _site = new(seed: 67);
    private readonly DiskFile _other;

    public DepartureTests() => _other = new DiskFile(_site["other.img"], new Random(68));

    [Fact]
    public async Task Its_points_go_when_the_time_is_over_in_the_backup_and_in_its_copy()
    {
        await SetUpAsync("--deleted-after 30d");
        await RunAsync("11-02", "nightly");
        await RunAsync("11-02", "offsite");
        await DoAsync("11-03", "job edit nightly --machine web");

        await RunAsync("11-03", "nightly");
        var kept = Machine(await DoAsync("11-03", "job retention nightly"), "db");
        Assert.Equal("departed", kept.Text("standing"));
        var point = kept.Only("points");
        Assert.Equal(
            ("2026-12-03", "departed"),
            (point.Text("goesOn"), Assert.Single(point.List("because")).GetString())
        );
        await RunAsync("12-03", "nightly", "01:00:00");
        Assert.Equal(["db", "web"], await MachinesAsync("near/nightly"));

        // The time is over: what the plan says goes, and nothing else.
        var plan = (await DoAsync("12-03", "job plan nightly", "03:00:00")).List("pointsToRemove");
        Assert.Equal((point.Text("id"), "db"), (Assert.Single(plan).Text("id"), plan[0].Text("machine")));
        var removed = (await RunAsync("12-03", "nightly", "03:00:00")).Only("removedPoints");
        Assert.Equal((point.Text("id"), "its machine has left the job"), (removed.Text("id"), removed.Text("rule")));
        Assert.Equal(["web"], await MachinesAsync("near/nightly"));

        // The copy did not run in between: its own time begins with the first run that does without the machine.
        await RunAsync("12-04", "offsite");
        Assert.Equal(["db", "web"], await MachinesAsync("far/offsite"));
        await RunAsync("12-31", "offsite");
        Assert.Equal(["db", "web"], await MachinesAsync("far/offsite"));
        var late = (await FakedClock.RunAsync("2027-01-04 02:00:00", "UTC", _site.Home, "job run offsite")).Ended(0);
        Assert.Equal("db", late.Document.Only("removedPoints").Text("machine"));
        Assert.Equal(["web"], await MachinesAsync("far/offsite"));
        Assert.Empty((await _site.RunAsync("backup verify far/offsite --data")).Ended(0).Document.List("damaged"));
    }

    [Fact]
    public async Task A_machine_that_failed_at_last_and_one_without_such_a_rule_keep_theirs()
    {
        await SetUpAsync("--deleted-after 30d");
        await RunAsync("11-02", "nightly");
        File.Move(_other.Path, _other.Path + ".gone");
        (await FakedClock.RunAsync("2026-11-03 02:00:00", "UTC", _site.Home, "job run nightly")).Ended(1);
        await DoAsync("11-04", "job edit nightly --machine web");

        await RunAsync("12-30", "nightly");

        var kept = Machine(await DoAsync("12-30", "job retention nightly"), "db").Only("points");
        Assert.Equal("failed", Assert.Single(kept.List("because")).GetString());
        Assert.Equal(JsonValueKind.Null, kept.GetProperty("goesOn").ValueKind);

        // Back for a day, and away without a time.
        File.Move(_other.Path + ".gone", _other.Path);
        await DoAsync("12-30", "job edit nightly --machine web --machine db --deleted-after none");
        await RunAsync("12-30", "nightly", "05:00:00");
        await DoAsync("12-31", "job edit nightly --machine web");
        await FakedClock.RunAsync("2027-06-30 02:00:00", "UTC", _site.Home, "job run nightly");
        Assert.Equal(["db", "web"], await MachinesAsync("near/nightly"));
    }

    /// <inheritdoc/>
    public void Dispose() => _site.Dispose();

    private async Task SetUpAsync(string flags)
    {
        await _site.SetUpAsync(4 * Block, flags);
        _other.Create(4 * Block);
        (await _site.RunAsync("machine add db --disk", _other.Path)).Ended(0);
        (await _site.RunAsync("job edit nightly --machine web --machine db")).Ended(0);
        (await _site.RunAsync($"job add copy offsite --job nightly --repository far {flags}")).Ended(0);
    }

    private async Task<JsonElement> RunAsync(string day, string job, string time = "02:00:00") =>
        await DoAsync(day, $"job run {job}", time);

    private async Task<JsonElement> DoAsync(string day, string line, string time = "02:00:00") =>
        (await FakedClock.RunAsync($"2026-{day} {time}", "UTC", _site.Home, line)).Ended(0).Document;

    private async Task<IEnumerable<string>> MachinesAsync(string backup) =>
        (await _site.RunAsync($"backup show {backup}"))
            .Ended(0)
            .Document.List("machines")
            .Where(machine => machine.List("points").Count > 0)
            .Select(machine => machine.Text("machine")!)
            .Order();

    private static JsonElement Machine(JsonElement retention, string name) =>
        retention.List("machines").Single(machine => machine.Text("machine") == name);
}
