using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>A site with small disks, where folders are carried and judged as seeds.</summary>
/// <param name="seed">Seed of the disks' content.</param>
internal sealed class SeedSite(int seed) : IDisposable
{
    /// <summary>Size of each disk, in bytes.</summary>
    public const long DiskSize = 2L << 20;

    /// <summary>Small blocks, so that small disks have some.</summary>
    public const string Small = "--block-size 256KiB";

    private readonly Random _random = new(seed);

    /// <summary>The site: machine <c>web</c>, backup job <c>nightly</c> to <c>near</c>, and <c>far</c>.</summary>
    public Site Site { get; } = new(seed);

    /// <summary>Makes the site, and runs <c>nightly</c>.</summary>
    /// <param name="runs">How often; the disk changes in between.</param>
    /// <param name="flags">Flags of <c>nightly</c>.</param>
    public async Task SetUpAsync(int runs = 1, string flags = Small)
    {
        await Site.SetUpAsync(DiskSize, flags: flags);
        for (var run = 0; run < runs; run++)
        {
            await BackUpAsync(pages: run == 0 ? 0 : 2);
        }
    }

    /// <summary>Runs the program, with <c>--json</c>.</summary>
    /// <param name="line">The arguments, separated by blanks.</param>
    /// <param name="more">Further arguments, which may hold blanks.</param>
    public Task<Outcome> RunAsync(string line, params string[] more) => Site.RunAsync(line, more);

    /// <summary>Runs the program, which must succeed.</summary>
    /// <param name="line">The arguments, separated by blanks.</param>
    /// <param name="more">Further arguments, which may hold blanks.</param>
    /// <returns>Its document.</returns>
    public async Task<JsonElement> DoAsync(string line, params string[] more) =>
        (await RunAsync(line, more)).Ended(0).Document;

    /// <summary>Writes to the disk of <c>web</c>, and runs <c>nightly</c>.</summary>
    /// <param name="pages">Pages written.</param>
    /// <returns>The session.</returns>
    public Task<JsonElement> BackUpAsync(int pages = 2)
    {
        Site.Disk.Scatter(pages);
        return DoAsync("job run nightly");
    }

    /// <summary>Makes another disk.</summary>
    /// <param name="name">Name of its file in the site's folder.</param>
    /// <param name="size">In bytes.</param>
    public DiskFile AddDisk(string name, long size = DiskSize)
    {
        var disk = new DiskFile(Site[name], _random);
        disk.Create(size);
        return disk;
    }

    /// <summary>Copies a backup's folder into the far repository, as a person would carry it, and rescans.</summary>
    /// <param name="from">Its name in the near repository.</param>
    /// <param name="to">The name there; null for the same.</param>
    public async Task CarryAsync(string from = "nightly", string? to = null)
    {
        Site.CopyFolder(Path.Combine(Site.Near, from), FarFolder(to ?? from));
        await DoAsync("repository rescan far");
    }

    /// <summary>Path of a folder in the far repository.</summary>
    /// <param name="name">Its name.</param>
    public string FarFolder(string name = "nightly") => Path.Combine(Site.Far, name);

    /// <summary>What <c>job candidates</c> says of one backup.</summary>
    /// <param name="job">A copy job.</param>
    /// <param name="backup">The backup's name in the job's target repository.</param>
    public async Task<JsonElement> CandidateAsync(string job, string backup) =>
        Assert.Single(
            (await DoAsync($"job candidates {job}")).EnumerateArray(),
            verdict => verdict.Text("backup") == backup
        );

    /// <summary>Demands that a backup is refused by <c>candidates</c> and by <c>map</c>, and says why and what to do.</summary>
    /// <param name="job">A copy job.</param>
    /// <param name="backup">The backup's name in the far repository.</param>
    /// <param name="code">The check that refuses first.</param>
    /// <returns>The check.</returns>
    public async Task<JsonElement> RefusesAsync(string job, string backup, string code)
    {
        var candidate = await CandidateAsync(job, backup);
        Assert.Equal("refused", candidate.Text("verdict"));
        var check = candidate.Check(code);
        Assert.Equal("refused", check.Text("verdict"));
        Assert.NotEmpty(check.Text("message")!);
        Assert.NotEmpty(check.Text("hint")!);

        var error = (await RunAsync($"job map {job} far/{backup} --yes")).Failed(3, code);

        var details = error.GetProperty("details");
        details.Has("backup verdict checks machines pointsToRemove");
        Assert.Equal(backup, details.Text("backup"));
        Assert.Equal("refused", details.Text("verdict"));
        Assert.True(JsonElement.DeepEquals(check, details.Check(code)), details.GetRawText());
        Assert.Equal(check.Text("message"), error.Text("message"));
        Assert.Equal(check.Text("hint"), error.Text("hint"));
        return check;
    }

    /// <summary>Demands that a backup is mapped with a warning, said by <c>candidates</c> and by <c>map</c>.</summary>
    /// <param name="job">A copy job.</param>
    /// <param name="backup">The backup's name in the far repository.</param>
    /// <param name="code">The check that warns.</param>
    /// <param name="flags">Flags of <c>map</c>.</param>
    /// <returns>The verdict that <c>map</c> printed.</returns>
    public async Task<JsonElement> WarnsAsync(string job, string backup, string code, string flags = "--yes")
    {
        var before = await CandidateAsync(job, backup);
        Assert.Equal("warning", before.Check(code).Text("verdict"));
        Assert.NotEmpty(before.Check(code).Text("hint")!);

        var verdict = await DoAsync($"job map {job} far/{backup} {flags}");

        Assert.Equal("warning", verdict.Text("verdict"));
        Assert.Equal("warning", verdict.Check(code).Text("verdict"));
        return verdict;
    }

    /// <summary>Demands that a run has made an increment of <c>web</c> out of a delta, and that it restores.</summary>
    /// <param name="job">A copy job.</param>
    /// <param name="backup">Its backup.</param>
    /// <returns>The session.</returns>
    public async Task<JsonElement> CopiesDeltaAsync(string job, string backup)
    {
        var run = await DoAsync($"job run {job}");
        Assert.Equal("success", run.Text("state"));
        var machine = run.Only("machines");
        Assert.Equal("increment", machine.Text("kind"));
        Assert.InRange(machine.Number("bytesWritten"), 1, 256 << 10);
        Assert.InRange(run.Number("bytesTransferred"), 1, 512 << 10);
        Assert.Equal(DiskFile.HashOf(Site.Disk.Path), await Site.RestoreNewestAsync(backup));
        return run;
    }

    /// <inheritdoc/>
    public void Dispose() => Site.Dispose();
}
