using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Passwords that are kept: jobs run by themselves; and who sits at a terminal is asked, unseen.</summary>
public sealed class KeptPasswordStoryTests : IDisposable
{
    private const int Block = EncryptedSite.Block;

    private readonly EncryptedSite _site = new(seed: 41);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Given once each, and never again: to run, plan, restore, verify and compare; also after a change.</summary>
    [Fact]
    public async Task Jobs_run_by_themselves_from_the_first_run_to_a_changed_password()
    {
        await SetUpAsync();
        await RunBothAsync();
        await _site.RunAsync(0, "job plan offsite");
        await _site.RunAsync(0, "backup verify far/offsite --data");
        await _site.RunAsync(0, "backup compare near/nightly far/offsite");
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await RestoreAsync("far/offsite/web@latest"));

        var third = _site.Password("third", "after the theft");
        await _site.RunAsync(0, $"backup password near/nightly --change {third}");
        await RunBothAsync();
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await RestoreAsync("near/nightly/web@latest"));
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await RestoreAsync("far/offsite/web@latest"));

        // Changed by somebody else, from another home: it is said whose kept password opens nothing any more.
        var home = _site.Site["other-home"];
        (await Site.RunAtAsync(home, $"repository add near {_site.Site.Near}")).Ended(0);
        (await Site.RunAtAsync(home, "repository rescan near")).Ended(0);
        (
            await Site.RunAtAsync(
                home,
                $"backup password near/nightly --change {_site.NearPassword} --hint theirs --password-file {third}"
            )
        ).Ended(0);
        var stale = (await _site.RunAsync(7, "job run nightly")).Failed(7, "backup.locked");
        Assert.Contains(
            "kept for job 'nightly' does not open it any more",
            stale.Text("message"),
            StringComparison.Ordinal
        );
        Assert.Contains("theirs", stale.Text("message"), StringComparison.Ordinal);
        await _site.RunAsync(0, $"job edit nightly --password-file {_site.NearPassword}");
        await RunBothAsync();
        _site.NoSecretIsAnywhere();
    }

    [Fact]
    public async Task A_carried_seed_is_unlocked_mapped_and_gone_on_with()
    {
        await SetUpAsync();
        await _site.RunAsync(0, "job run nightly");
        await _site.RunAsync(0, "job edit offsite --backup near/nightly");
        await _site.RunAsync(0, "job remove nightly");
        Site.CopyFolder(Path.Combine(_site.Site.Near, "nightly"), Path.Combine(_site.Site.Far, "nightly"));
        await _site.RunAsync(0, "repository rescan far");
        Assert.Equal("locked", (await _site.RunAsync(0, "backup show far/nightly")).Document.Text("state"));
        (await _site.RunAsync(7, "job map offsite far/nightly --yes")).Failed(7, "mapping.seed-locked");

        await _site.RunAsync(0, $"repository unlock far --password-file {_site.NearPassword}");
        await _site.RunAsync(0, $"repository unlock near --password-file {_site.NearPassword}");
        Assert.Equal("imported", (await _site.RunAsync(0, "backup show far/nightly")).Document.Text("state"));
        await _site.RunAsync(0, "job map offsite far/nightly --yes");
        Assert.Equal("owned", (await _site.RunAsync(0, "backup show far/nightly")).Document.Text("state"));
        await _site.RunAsync(0, "job run offsite");
        await _site.RunAsync(0, "backup verify far/nightly --data");

        // What is new is under the job's own password.
        var list = (await _site.RunAsync(0, "backup password far/nightly")).Document;
        Assert.Contains("job offsite on", list.Only("passwords").Text("hint"), StringComparison.Ordinal);
        _site.NoSecretIsAnywhere();
    }

    [Fact]
    public async Task At_a_terminal_a_password_is_asked_for_and_not_shown()
    {
        await _site.SetUpAsync();
        var (secret, wrong) = ("the near repository's password", "Tippfehler");
        var program = await LonghaulProgram.PathAsync();
        var run = $"{program} --home {_site.Site.Home} job run nightly";

        var made = await PseudoTerminal.RunAsync(run, ":", ["x", "y", secret, secret], Token);
        Assert.True(made.ExitCode == 0, made.Screen);
        Assert.Contains("The two are not the same", made.Screen, StringComparison.Ordinal);
        var again = await PseudoTerminal.RunAsync(run, "Password:", [wrong, secret], Token);
        Assert.True(again.ExitCode == 0, again.Screen);
        Assert.Contains("does not open it", again.Screen, StringComparison.Ordinal);
        var refused = await PseudoTerminal.RunAsync(run, "Password:", [wrong, wrong, wrong], Token);
        Assert.True(refused.ExitCode == 7, refused.Screen);

        foreach (var screen in new[] { made.Screen, again.Screen, refused.Screen })
        {
            Assert.DoesNotContain(secret, screen, StringComparison.Ordinal);
            Assert.DoesNotContain(wrong, screen, StringComparison.Ordinal);
            Assert.DoesNotContain("***", screen, StringComparison.Ordinal);
        }

        // Nothing is kept by a run.
        (await _site.RunAsync(7, "job run nightly")).Failed(7, "backup.locked");
        await _site.RunAsync(0, $"backup verify near/nightly --data --password-file {_site.NearPassword}");
        _site.NoSecretIsAnywhere();
    }

    public void Dispose() => _site.Dispose();

    private async Task SetUpAsync()
    {
        await _site.Site.SetUpAsync(6 * Block, $"--block-size 256KiB --encrypt --password-file {_site.NearPassword}");
        await _site.RunAsync(
            0,
            $"job add copy offsite --job nightly --repository far --encrypt --password-file {_site.FarPassword}"
        );
    }

    private async Task RunBothAsync()
    {
        _site.Site.Disk.Fill(2 * Block, Block);
        await _site.RunAsync(0, "job run nightly");
        await _site.RunAsync(0, "job run offsite");
    }

    private async Task<string> RestoreAsync(string point)
    {
        var to = _site.Site[$"restored-{Guid.NewGuid():N}"];
        var restored = (await _site.RunAsync(0, $"point restore {point} --to {to}")).Document;
        return DiskFile.HashOf(Path.Combine(to, restored.Only("files").Text("path")!));
    }
}
