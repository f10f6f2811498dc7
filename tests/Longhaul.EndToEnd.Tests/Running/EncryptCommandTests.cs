using Longhaul.EndToEnd.Tests.Killing;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary><c>backup encrypt</c>: a plain seed becomes one that a job which encrypts can be mapped to, and a job's own backup goes
/// on encrypted.</summary>
public sealed class EncryptCommandTests : IDisposable
{
    private const int Block = EncryptedSite.Block;

    private readonly EncryptedSite _site = new(seed: 37);

    private string Password => _site.FarPassword;

    [Fact]
    public async Task A_plain_seed_is_encrypted_and_mapped()
    {
        await SetUpAsync();
        await _site.RunAsync(0, "job add copy offsite --job nightly --repository far --encrypt");
        await _site.RunAsync(0, "job run nightly");
        var before = DiskFile.HashOf(_site.Site.Disk.Path);
        Site.CopyFolder(Path.Combine(_site.Site.Near, "nightly"), Path.Combine(_site.Site.Far, "nightly"));
        await _site.RunAsync(0, "repository rescan far");
        var refused = (await _site.RunAsync(3, $"job map offsite far/nightly --yes --password-file {Password}")).Failed(
            3,
            "mapping.seed-not-encrypted"
        );
        Assert.Contains("backup encrypt", refused.Text("hint"), StringComparison.Ordinal);

        (await _site.RunAsync(7, "backup encrypt far/nightly --yes")).Failed(7, "backup.password-needed");
        var asked = (await _site.RunAsync(2, $"backup encrypt far/nightly --password-file {Password}")).Failed(
            2,
            "usage.confirmation-needed"
        );
        Assert.Contains("of room until the next reclaim", asked.Text("message"), StringComparison.Ordinal);
        var done = (await _site.RunAsync(0, $"backup encrypt far/nightly --yes --password-file {Password}")).Document;
        Assert.InRange(done.GetProperty("bytesWritten").GetInt64(), Block, 8 * Block);
        Assert.True(
            (await _site.RunAsync(0, "backup show far/nightly")).Document.GetProperty("encrypted").GetBoolean()
        );

        await _site.RunAsync(0, $"job map offsite far/nightly --yes --password-file {Password}");
        _site.Site.Disk.Fill(3 * Block, 4096);
        await _site.RunAsync(0, "job run nightly");
        var session = (await _site.RunAsync(0, $"job run offsite --password-file {Password}")).Document;

        Assert.Equal("lineage", session.Only("machines").Text("baselineFoundBy"));
        Assert.InRange(session.GetProperty("bytesTransferred").GetInt64(), 1, 64 << 10);
        var points = (await _site.RunAsync(0, "backup show far/nightly")).Document.Only("machines").List("points");
        Assert.Equal(before, await _site.RestoreAsync($"far/nightly/web@{points[0].Text("id")!}", Password));
        Assert.Equal(
            DiskFile.HashOf(_site.Site.Disk.Path),
            await _site.RestoreAsync("far/nightly/web@latest", Password)
        );
        _site.NoSecretIsAnywhere();
    }

    [Fact]
    public async Task A_jobs_own_backup_goes_on_encrypted()
    {
        await SetUpAsync();
        for (var run = 0; run < 3; run++)
        {
            _site.Site.Disk.Fill(run * Block, 4096);
            await _site.RunAsync(0, "job run nightly");
        }

        var plain = Directory.GetFiles(Path.Combine(_site.Site.Near, "nightly", "segments"));
        await _site.RunAsync(0, $"backup encrypt near/nightly --yes --hint the_safe --password-file {Password}");
        var again = await _site.RunAsync(0, $"backup encrypt near/nightly --yes --password-file {Password}");
        Assert.Equal(0, again.Document.GetProperty("bytesWritten").GetInt64());
        Assert.True((await _site.RunAsync(0, "job show nightly")).Document.GetProperty("encrypt").GetBoolean());
        Assert.All(plain, file => Assert.True(File.Exists(file)));

        var locked = (await _site.RunAsync(7, "job run nightly")).Failed(7, "backup.locked");
        Assert.Contains("the_safe", locked.Text("message"), StringComparison.Ordinal);
        _site.Site.Disk.Fill(4 * Block, 4096);
        await _site.RunAsync(0, $"job run nightly --password-file {Password}");
        await _site.RunAsync(0, "repository reclaim near --reclaim-delay 0");
        Assert.All(plain, file => Assert.False(File.Exists(file)));
        var verified = await _site.RunAsync(0, $"backup verify near/nightly --data --password-file {Password}");
        Assert.Empty(verified.Document.List("damaged"));
        Assert.Equal(
            DiskFile.HashOf(_site.Site.Disk.Path),
            await _site.RestoreAsync("near/nightly/web@latest", Password)
        );

        // What the log carries of the job says so too: a lost catalog brings back one that encrypts.
        var home = _site.Site["new-home"];
        (await Site.RunAtAsync(home, $"repository add near {_site.Site.Near}")).Ended(0);
        (await Site.RunAtAsync(home, "repository rescan near")).Ended(0);
        (await Site.RunAtAsync(home, $"job adopt near/nightly --yes --password-file {Password}")).Ended(0);
        var adopted = (await Site.RunAtAsync(home, "job show nightly")).Ended(0);
        Assert.True(adopted.Document.GetProperty("encrypt").GetBoolean());
        _site.NoSecretIsAnywhere();
    }

    /// <summary>Killed at calls all over it, it leaves a backup that is plain and whole, or encrypted and whole, and the next call
    /// goes on.</summary>
    [Fact]
    public async Task Killed_it_is_gone_on_with()
    {
        await SetUpAsync();
        var contents = await BackUpAsync(points: 4);
        var (line, strace) = ($"backup encrypt near/nightly --yes --password-file {Password}", new Strace(_site.Site));
        var calls = await CountAsync(strace, line);
        var resumed = 0L;
        foreach (var strike in KillCount.Sample(calls, usual: 3))
        {
            RollBack();
            await strace.StrikeAsync(strike, "signal=SIGKILL", line);
            var point = $"near/nightly/web@{contents.Keys.First()}";
            Assert.Equal(contents.Values.First(), await _site.RestoreAsync(point, Password));
            resumed += (await _site.RunAsync(0, line)).Document.GetProperty("bytesResumed").GetInt64();
            var verified = await _site.RunAsync(0, $"backup verify near/nightly --data --password-file {Password}");
            Assert.Empty(verified.Document.List("damaged"));
            Assert.Equal(contents.Values.Last(), await _site.RestoreAsync("near/nightly/web@latest", Password));
        }

        Assert.True(resumed > 0);
    }

    /// <summary>Stopped in the midst of it, it keeps runs, mapping and another of its kind out.</summary>
    [Fact]
    public async Task Others_are_kept_out_meanwhile()
    {
        await SetUpAsync();
        await BackUpAsync(points: 3);
        await _site.RunAsync(0, "job unmap nightly --yes");
        var (line, strace) = ($"backup encrypt near/nightly --yes --password-file {Password}", new Strace(_site.Site));
        var calls = await CountAsync(strace, line);
        RollBack();
        var strike = calls.Where(call => call.Line.Contains("/sessions/", StringComparison.Ordinal)).Skip(1).First();
        var encrypting = strace.StrikeAsync(strike, "signal=SIGSTOP", line);
        while (!encrypting.IsCompleted && !strace.HasStopped())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.False(encrypting.IsCompleted);
        try
        {
            (await _site.RunAsync(3, "job map nightly near/nightly --yes")).Failed(3, "mapping.busy");
            (await _site.RunAsync(8, line)).Failed(8, "backup.busy");
        }
        finally
        {
            strace.KillProgram();
            await encrypting;
        }

        await _site.RunAsync(0, line);
    }

    public void Dispose() => _site.Dispose();

    private Task SetUpAsync() => _site.Site.SetUpAsync(6 * Block, "--block-size 256KiB");

    private string[] Folders => [_site.Site.Near, _site.Site.Home];

    /// <summary>Runs it to its end, and remembers how things were before.</summary>
    private async Task<Strike[]> CountAsync(Strace strace, string line)
    {
        Array.ForEach(Folders, folder => Site.CopyFolder(folder, folder + "-before"));
        return
        [
            .. (await strace.CountAsync("fsync,fdatasync,link,linkat,renameat2,unlinkat,unlink", line)).Where(call =>
                call.Line.Contains(_site.Site.Near, StringComparison.Ordinal)
            ),
        ];
    }

    private void RollBack()
    {
        foreach (var folder in Folders)
        {
            Directory.Delete(folder, recursive: true);
            Site.CopyFolder(folder + "-before", folder);
        }
    }

    private async Task<Dictionary<string, string>> BackUpAsync(int points)
    {
        var contents = new Dictionary<string, string>();
        for (var run = 0; run < points; run++)
        {
            _site.Site.Disk.Fill(run * Block, Block / 2);
            var made = (await _site.RunAsync(0, "job run nightly")).Document;
            contents[made.Only("machines").Text("point")!] = DiskFile.HashOf(_site.Site.Disk.Path);
        }

        return contents;
    }
}
