using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>The passwords of a backup are listed, added, changed and taken away; what each opens then.</summary>
public sealed class PasswordTests : IDisposable
{
    private readonly EncryptedSite _site = new(seed: 31);

    private string First => _site.NearPassword;

    private string Second => _site.Password("second", "of the colleague");

    private string Third => _site.Password("third", "after the theft");

    [Fact]
    public async Task A_password_is_added_and_another_is_taken_away()
    {
        var (old, oldHash) = await SetUpAsync();
        await _site.RunAsync(
            0,
            $"backup password near/nightly --add {Second} --hint the_colleague --password-file {First}"
        );
        var listed = (await _site.RunAsync(0, "backup password near/nightly")).Document;
        Assert.Equal(1, listed.GetProperty("keyGeneration").GetInt32());
        Assert.Equal([1, 2], listed.List("passwords").Select(password => password.GetProperty("number").GetInt32()));
        Assert.Equal("the_colleague", listed.List("passwords")[1].Text("hint"));
        Assert.Equal(oldHash, await _site.RestoreAsync(old, Second));

        // Not without being asked, as it shuts somebody out.
        (await _site.RunAsync(2, $"backup password near/nightly --remove 1 --password-file {Second}")).Failed(
            2,
            "usage.confirmation-needed"
        );
        var left = await _site.RunAsync(0, $"backup password near/nightly --remove 1 --yes --password-file {Second}");
        Assert.Equal(2, left.Document.GetProperty("keyGeneration").GetInt32());
        Assert.Equal("the_colleague", left.Document.Only("passwords").Text("hint"));

        var (newer, newerHash) = await RunAsync(Second);
        Assert.Equal(newerHash, await _site.RestoreAsync(newer, Second));
        await IsRotatedAsync(First, "the_colleague", old, oldHash, newer);
        _site.NoSecretIsAnywhere();
    }

    [Fact]
    public async Task A_changed_password_opens_only_what_was_written_before()
    {
        var (old, oldHash) = await SetUpAsync();
        await _site.RunAsync(0, $"backup password near/nightly --change {Third} --password-file {First}");
        var (newer, newerHash) = await RunAsync(Third);

        Assert.Equal(oldHash, await _site.RestoreAsync(old, Third));
        Assert.Equal(newerHash, await _site.RestoreAsync(newer, Third));
        await IsRotatedAsync(First, "job nightly on", old, oldHash, newer);
        var verified = await _site.RunAsync(0, $"backup verify near/nightly --data --password-file {Third}");
        Assert.Empty(verified.Document.List("damaged"));

        // The copy, whose own password did not change, goes on from it.
        await _site.RunAsync(0, $"job run offsite --password-file {_site.FarPassword} --password-file {Third}");
        Assert.Equal(newerHash, await _site.RestoreAsync("far/offsite/web@latest", _site.FarPassword));
        _site.NoSecretIsAnywhere();
    }

    /// <summary>A new list key cannot be sealed for a password that nobody gives: that is asked about, by its hint.</summary>
    [Fact]
    public async Task Whoever_did_not_give_his_password_is_named_before_he_is_shut_out()
    {
        await SetUpAsync();
        await _site.RunAsync(
            0,
            $"backup password near/nightly --add {Second} --hint colleague --password-file {First}"
        );
        var change = $"backup password near/nightly --change {Third} --password-file {First}";

        var asked = (await _site.RunAsync(2, change)).Failed(2, "usage.confirmation-needed");
        Assert.Contains("2 (colleague)", asked.Text("message"), StringComparison.Ordinal);

        var kept = (await _site.RunAsync(0, $"{change} --password-file {Second}")).Document;
        Assert.Equal(
            ["colleague"],
            kept.List("passwords").Select(password => password.Text("hint")!).Where(hint => !hint.Contains("job"))
        );
        var alone = $"backup password near/nightly --change {First} --yes --password-file {Third}";
        Assert.Single((await _site.RunAsync(0, alone)).Document.List("passwords"));
        (await _site.RunAsync(7, $"job run nightly --password-file {Second}")).Failed(7, "backup.locked");
    }

    [Fact]
    public async Task What_would_lose_the_data_or_change_nothing_is_refused()
    {
        await SetUpAsync();
        var given = $"--password-file {First}";
        (string Line, int ExitCode, string Code)[] refused =
        [
            ($"backup password near/nightly --remove 1 --yes {given}", 7, "backup.password-last"),
            ($"backup password near/nightly --remove 2 --yes {given}", 4, "backup.password-not-found"),
            ($"backup password near/nightly --add {First} {given}", 3, "backup.password-exists"),
            ($"backup password near/nightly --change {First} {given}", 3, "backup.password-exists"),
            ($"backup password near/nightly --add {Second}", 7, "backup.locked"),
            ($"backup password near/nightly --add {Second} --password-file {Third}", 7, "backup.locked"),
            ($"backup password near/nightly --add {Second} --change {Third} {given}", 2, "usage.invalid"),
            (
                $"backup password near/nightly --change {Third} --yes {given} --password-file {Second}",
                7,
                "backup.password-wrong"
            ),
            ($"backup password near/nightly --hint what_for {given}", 2, "usage.invalid"),
        ];
        foreach (var (line, exitCode, code) in refused)
        {
            (await _site.RunAsync(exitCode, line)).Failed(exitCode, code);
        }

        var listed = (await _site.RunAsync(0, "backup password near/nightly")).Document;
        Assert.Equal(1, listed.GetProperty("keyGeneration").GetInt32());
        Assert.Single(listed.List("passwords"));
    }

    [Fact]
    public async Task A_plain_backup_has_no_passwords()
    {
        await _site.Site.SetUpAsync(6 * EncryptedSite.Block);
        await _site.RunAsync(0, "job run nightly");
        (await _site.RunAsync(3, "backup password near/nightly")).Failed(3, "backup.not-encrypted");
    }

    public void Dispose() => _site.Dispose();

    private async Task<(string Point, string Hash)> SetUpAsync()
    {
        await _site.SetUpAsync();
        return await RunAsync(First);
    }

    private async Task<(string Point, string Hash)> RunAsync(string password)
    {
        _site.Site.Disk.Fill(3 * EncryptedSite.Block, 4096);
        var made = await _site.RunAsync(0, $"job run nightly --password-file {password}");
        return (made.Document.Only("machines").Text("point")!, DiskFile.HashOf(_site.Site.Disk.Path));
    }

    /// <summary>The password that was taken away opens what was made before and nothing later, writes nothing, and the refusal
    /// says which one holds.</summary>
    private async Task IsRotatedAsync(string password, string hint, string old, string oldHash, string newer)
    {
        Assert.Equal(oldHash, await _site.RestoreAsync(old, password));
        string[] refused =
        [
            $"point restore {newer} --to {_site.Site["nowhere"]} --password-file {password}",
            $"job run nightly --password-file {password}",
            $"point pin {old} --password-file {password}",
        ];
        foreach (var line in refused)
        {
            var error = (await _site.RunAsync(7, line)).Failed(7, "backup.locked");
            Assert.Contains(hint, error.Text("message"), StringComparison.Ordinal);
        }
    }
}
