using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>A site whose next run of a job is struck, again and again from the same state.</summary>
internal sealed class KilledSite : IDisposable
{
    private static readonly string[] s_parts = ["home", "near", "far"];

    private const int Kept = 2;
    private const int DiskSize = 4 << 20;

    private readonly Site _site;
    private readonly string _job;
    private readonly bool _compacts;
    private string _lastPoint = "";
    private string _lastHash = "";

    private KilledSite(int seed, string job, bool compacts)
    {
        _site = new Site(seed);
        _job = job;
        _compacts = compacts;
        Strace = new Strace(_site);
    }

    /// <summary>Runs the program here, and strikes it.</summary>
    public Strace Strace { get; }

    /// <summary>The command line that is struck.</summary>
    public string Line => $"job run {_job}";

    /// <summary>The site's disk.</summary>
    public DiskFile Disk => _site.Disk;

    /// <summary>How many runs were struck before they ended.</summary>
    public int Landed { get; private set; }

    /// <summary>How many of these at a call for a file of the repository that the job writes to.</summary>
    public int LandedInRepository { get; private set; }

    private string Backup => _job == "nightly" ? "near/nightly" : "far/nightly";

    /// <summary>Makes a site where the next run of a job commits a point and removes the oldest.</summary>
    /// <param name="seed">Seed of the disk's content.</param>
    /// <param name="job"><c>nightly</c> or <c>offsite</c>.</param>
    /// <param name="compacts">Whether what is removed is half of a segment, which is then written again.</param>
    public static async Task<KilledSite> MakeAsync(int seed, string job, bool compacts = false)
    {
        var killed = new KilledSite(seed, job, compacts);
        try
        {
            await killed.SetUpAsync();
            return killed;
        }
        catch
        {
            killed.Dispose();
            throw;
        }
    }

    /// <summary>Kills or interrupts the run at one of its calls, and checks what is left.</summary>
    /// <param name="strike">The call.</param>
    /// <param name="signal">The signal's name.</param>
    /// <param name="exitCode">The exit code of a run that was struck; one that was not ends with 0.</param>
    public async Task<Outcome> StrikeAsync(Strike strike, string signal, int exitCode)
    {
        var outcome = await Strace.StrikeAsync(strike, $"signal={signal}", Line);
        Assert.True(outcome.ExitCode == exitCode || outcome.ExitCode == 0, $"{strike}: {outcome}");
        if (outcome.ExitCode != 0)
        {
            Landed++;
            LandedInRepository += IsInRepository(Strace.Last()) ? 1 : 0;
        }

        try
        {
            await CheckAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"after {strike}: {error.Message}", error);
        }

        return outcome;
    }

    /// <summary>Whether a call, as strace wrote it, is for a file of the repository that the job writes to.</summary>
    public bool IsInRepository(string call) =>
        call.Contains(_site[_job == "nightly" ? "near" : "far"], StringComparison.Ordinal);

    /// <inheritdoc cref="IsInRepository(string)"/>
    public bool IsInRepository(Strike call) => IsInRepository(call.Line);

    /// <summary>Whether a call is for a segment that is written again.</summary>
    public bool IsOfCompaction(Strike call) =>
        IsInRepository(call) && call.Line.Contains(".2.seg", StringComparison.Ordinal);

    /// <summary>Demands that strikes landed, and some of them in the repository.</summary>
    public void AssertLanded() =>
        Assert.True(LandedInRepository > 0, $"{Landed} strikes landed, {LandedInRepository} of them in the repository");

    /// <summary>Checks all that must hold after a run that was killed, failed or was cancelled anywhere.</summary>
    public async Task CheckAsync()
    {
        (await _site.RunAsync($"backup verify {Backup} --data")).Ended(0);
        Assert.Equal(_lastHash, await _site.RestoreAsync(_site.Home, _lastPoint));
        var next = (await _site.RunAsync(Line)).Ended(0);
        Assert.True(
            DiskFile.HashOf(_site.Disk.Path) == await _site.RestoreAsync(_site.Home, $"{Backup}@latest"),
            $"the newest point is not the disk after {next}{Environment.NewLine}struck before: {Strace.Last()}"
        );
        Assert.Equal(Kept, (await _site.PointsAsync(Backup)).Count);
    }

    /// <summary>Goes on from here: the newest point is what must survive next.</summary>
    public async Task RememberNewestAsync()
    {
        _lastPoint = (await _site.PointsAsync(Backup))[^1].Text("id")!;
        _lastHash = await _site.RestoreAsync(_site.Home, _lastPoint);
    }

    /// <summary>Goes back to the state in which the site was made.</summary>
    public void RollBack()
    {
        foreach (var part in s_parts)
        {
            Directory.Delete(_site[part], recursive: true);
            Site.CopyFolder(_site["saved-" + part], _site[part]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _site.Dispose();

    private async Task SetUpAsync()
    {
        await _site.SetUpAsync(DiskSize, $"--block-size 256KiB --keep {Kept}");
        (await _site.RunAsync("job run nightly")).Ended(0);
        await _site.SeedAsync($"--keep {Kept}");
        if (_compacts)
        {
            Disk.Fill(0, DiskSize / 2);
        }
        else
        {
            Disk.Scatter(5);
        }

        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job run offsite")).Ended(0);
        await RememberNewestAsync();
        Disk.Scatter(5);
        if (_job == "offsite")
        {
            (await _site.RunAsync("job run nightly")).Ended(0);
        }

        Save();
    }

    private void Save()
    {
        foreach (var part in s_parts)
        {
            Site.CopyFolder(_site[part], _site["saved-" + part]);
        }
    }
}
