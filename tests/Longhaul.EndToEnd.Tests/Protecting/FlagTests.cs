using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Protecting;

/// <summary>When flags are set and lifted, on a real file system; needs the superuser.</summary>
public sealed class FlagTests : IAsyncLifetime
{
    private const int Block = 256 << 10;

    private MountedFolder _mounted = null!;
    private Site _site = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mounted = await MountedFolder.MountLoopAsync("ext4", 96L << 20, Token);
        _site = new Site(seed: 35, repositories: _mounted.Path);
    }

    public async ValueTask DisposeAsync()
    {
        _site.Dispose();
        await _mounted.DisposeAsync();
    }

    [Fact]
    public async Task What_a_run_that_was_cut_off_left_without_flags_has_them_from_the_next_ones_beginning()
    {
        await _site.SetUpAsync(4 * Block, "--block-size 256KiB --immutable-for 14d");
        _site.Disk.Fill(0, 2 * Block);
        (await _site.RunAsync("job run nightly")).Ended(0);
        var folder = Path.Combine(_site.Near, "nightly");
        await LeaveUnflaggedAsync(_site.Near);

        // A folder that came back is verified before anything is read for it, and this one's verification ends the run.
        Directory.Move(folder, _mounted.Path + "/away");
        (await _site.RunAsync("repository rescan near")).Ended(0);
        Directory.Move(_mounted.Path + "/away", folder);
        (await _site.RunAsync("repository rescan near")).Ended(0);
        var segment = Assert.Single(Directory.GetFiles(Path.Combine(folder, "segments")));
        await using (var file = File.OpenWrite(segment))
        {
            file.Position = file.Length / 2;
            await file.WriteAsync(new byte[64], Token);
        }

        _site.Disk.Fill(0, Block);
        var run = await _site.RunAsync("job run nightly");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("damaged", run.ToString(), StringComparison.Ordinal);

        Assert.Empty(await UnflaggedAsync(folder));
    }

    [Fact]
    public async Task A_copy_run_that_has_nothing_to_copy_sets_what_is_missing_and_lifts_what_is_due()
    {
        await _site.SetUpAsync(4 * Block);
        (await _site.RunAsync("job add copy offsite --job nightly --repository far --immutable-for 14d")).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job run offsite")).Ended(0);
        var folder = Path.Combine(_site.Far, "offsite");
        Assert.Empty(await UnflaggedAsync(folder));
        await LeaveUnflaggedAsync(folder);

        (await _site.RunAsync("job run offsite")).Ended(0);

        Assert.Empty(await UnflaggedAsync(folder));
        var late = await FakedClock.RunAsync("2040-01-01 00:00:00", "UTC", _site.Home, "job run offsite --trust-clock");
        late.Ended(0);
        Assert.Empty(await FlaggedAsync(folder));
    }

    [Fact]
    public async Task A_folder_that_moved_to_another_repository_is_let_go_there()
    {
        await _site.SetUpAsync(4 * Block, "--block-size 256KiB --immutable-for 14d");
        (await _site.RunAsync("job run nightly")).Ended(0);
        var moved = Path.Combine(_site.Far, "nightly");
        Directory.Move(Path.Combine(_site.Near, "nightly"), moved);
        (await _site.RunAsync("repository rescan far")).Ended(0);
        (await ReclaimAsync("2040-01-01")).Ended(0);
        Assert.Empty(await UnflaggedAsync(moved));
        (await _site.RunAsync("backup delete far/nightly --yes")).Failed(3, "backup.protected");

        (await ReclaimAsync("2040-01-09")).Ended(0);

        Assert.Empty(await FlaggedAsync(moved));
        (await _site.RunAsync("backup delete far/nightly --yes")).Ended(0);
        await LeaveUnflaggedAsync(_site.Near);
    }

    [Fact]
    public async Task A_segment_that_a_repair_wrote_again_is_protected_at_once()
    {
        await _site.SetUpAsync(8 * Block, "--block-size 256KiB --immutable-for 14d");
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job run offsite")).Ended(0);
        var segments = Path.Combine(_site.Near, "nightly", "segments");
        var before = Assert.Single(Directory.GetFiles(segments));
        await ChangeAsync("-i", before);
        await using (var file = File.OpenWrite(before))
        {
            file.Position = file.Length / 2;
            await file.WriteAsync(new byte[64], Token);
        }

        (await _site.RunAsync("backup repair near/nightly --from far/offsite")).Ended(0);

        Assert.Equal(2, Directory.GetFiles(segments).Length);
        Assert.All(await UnflaggedAsync(Path.Combine(_site.Near, "nightly")), file => Assert.Equal(before, file));
    }

    private Task<Outcome> ReclaimAsync(string day) =>
        FakedClock.RunAsync(
            $"{day} 00:00:00",
            "UTC",
            _site.Home,
            "repository reclaim far --reclaim-delay 0 --trust-clock"
        );

    /// <summary>Takes all flags away, as if nobody had come to setting them.</summary>
    private static Task<string> LeaveUnflaggedAsync(string folder) => ChangeAsync("-R", "-i", folder);

    private static Task<string> ChangeAsync(params string[] arguments) =>
        ExternalTool.RunAsync(Require.Tool("chattr"), arguments, Token);

    private static async Task<IReadOnlyList<string>> UnflaggedAsync(string folder) => await ListAsync(folder, false);

    private static async Task<IReadOnlyList<string>> FlaggedAsync(string folder) => await ListAsync(folder, true);

    /// <summary>The files that have the flag, or have it not, of those that protected points are found and read with.</summary>
    private static async Task<IReadOnlyList<string>> ListAsync(string folder, bool isFlagged)
    {
        var (exitCode, output) = await ExternalTool.TryRunAsync(Require.Tool("lsattr"), ["-R", folder], null, Token);
        Assert.True(exitCode == 0, output);
        return
        [
            .. output
                .Split('\n')
                .Select(line => line.Split(' ', 2))
                .Where(words => words.Length == 2 && words[0].Contains('-', StringComparison.Ordinal))
                .Where(words =>
                    words[0].Contains('i', StringComparison.Ordinal) == isFlagged && IsOfThePoints(words[1])
                )
                .Select(words => words[1]),
        ];

        bool IsOfThePoints(string path) =>
            File.Exists(path)
            && Path.GetRelativePath(folder, path).Split('/')[0]
                is "backup.json"
                    or "log"
                    or "keys"
                    or "points"
                    or "segments";
    }
}
