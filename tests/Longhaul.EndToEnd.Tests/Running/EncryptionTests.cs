using System.Text;
using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Encrypted backups from the command line: made, copied, carried, restored, and what is seen without a password.</summary>
public sealed class EncryptionTests : IDisposable
{
    private const int Block = 256 << 10;
    private const string NearPassword = "the near repository's password";
    private const string FarPassword = "das Paßwort der Kopie";

    private readonly Site _site = new(seed: 29);
    private readonly List<Outcome> _outcomes = [];

    private string Near => Password("near", NearPassword);

    private string Far => Password("far", FarPassword);

    [Fact]
    public async Task Backed_up_copied_under_another_password_and_restored()
    {
        await SetUpAsync();
        var contents = new Dictionary<string, string>();
        for (var run = 0; run < 3; run++)
        {
            _site.Disk.Fill(run * Block, Block);
            await RunAsync(0, $"job run nightly --password-file {Near}");
            var copied = await RunAsync(0, $"job run offsite --password-file {Far} --password-file {Near}");
            contents[copied.Document.Only("machines").Text("point")!] = DiskFile.HashOf(_site.Disk.Path);
        }

        foreach (var (point, content) in contents)
        {
            Assert.Equal(content, await RestoreAsync(point, Far));
        }

        var verified = await RunAsync(0, $"backup verify far/offsite --data --password-file {Far}");
        Assert.Empty(verified.Document.List("damaged"));
        var newest = await RestoreAsync("near/nightly/web@latest", Near);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), newest);
        NoSecretIsAnywhere();
    }

    [Fact]
    public async Task Without_the_password_it_is_listed_and_neither_read_nor_written()
    {
        await SetUpAsync();
        (await RunAsync(7, "job run nightly")).Failed(7, "job.password");
        await RunAsync(0, $"job run nightly --password-file {Near}");

        var shown = (await RunAsync(0, "backup show near/nightly")).Document;
        var machine = shown.Only("machines");
        var point = Assert.Single(machine.List("points"));
        Assert.True(shown.GetProperty("encrypted").GetBoolean());
        Assert.Equal(machine.Text("machineId"), machine.Text("machine"));
        Assert.Equal(JsonValueKind.Null, point.GetProperty("digest").ValueKind);

        var id = point.Text("id")!;
        string[] refused =
        [
            $"point restore {id} --to {_site["nowhere"]}",
            $"point restore {id} --to {_site["nowhere"]} --password-file {Far}",
            "job run nightly",
            $"job run nightly --password-file {Far}",
            $"point pin {id}",
            "backup verify near/nightly --data",
        ];
        foreach (var line in refused)
        {
            var error = (await RunAsync(7, line)).Failed(7, "backup.locked");
            Assert.Contains("job nightly on ", error.Text("message"), StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_site["nowhere"]));
        NoSecretIsAnywhere();
    }

    /// <summary>The folder is carried, and a job that encrypts goes on in it, with nothing but changes on the wire.</summary>
    [Fact]
    public async Task A_carried_folder_is_mapped_with_its_password()
    {
        await SetUpAsync();
        await RunAsync(0, $"job run nightly --password-file {Near}");
        Site.CopyFolder(Path.Combine(_site.Near, "nightly"), Path.Combine(_site.Far, "nightly"));
        await RunAsync(0, "repository rescan far");
        Assert.Equal("locked", (await RunAsync(0, "backup show far/nightly")).Document.Text("state"));

        (await RunAsync(7, "job map offsite far/nightly --yes")).Failed(7, "mapping.seed-locked");
        (await RunAsync(7, $"job map offsite far/nightly --yes --password-file {Far}")).Failed(
            7,
            "mapping.seed-locked"
        );
        await RunAsync(0, "job add copy plain --job nightly --repository far");
        (await RunAsync(3, $"job map plain far/nightly --yes --password-file {Near}")).Failed(
            3,
            "mapping.seed-encrypted"
        );
        await RunAsync(0, $"job map offsite far/nightly --yes --password-file {Far} --seed-password-file {Near}");
        _site.Disk.Fill(3 * Block, 4096);
        await RunAsync(0, $"job run nightly --password-file {Near}");
        var session = (await RunAsync(0, $"job run offsite --password-file {Near}")).Document;

        Assert.Equal("lineage", session.Only("machines").Text("baselineFoundBy"));
        Assert.InRange(session.GetProperty("bytesTransferred").GetInt64(), 1, 64 << 10);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await RestoreAsync("far/nightly/web@latest", Near));
    }

    /// <summary>Records with the flag, the MAC and the keys' generation taken out, and hashes that fit again.</summary>
    [Fact]
    public async Task A_log_that_was_made_plain_is_damage()
    {
        await SetUpAsync();
        await RunAsync(0, $"job run nightly --password-file {Near}");
        var log = Directory.GetFiles(Path.Combine(_site.Near, "nightly", "log"));
        Assert.All(log, Forge);

        (await RunAsync(5, $"job run nightly --password-file {Near}")).Failed(5, "data.damaged");
        Assert.Equal(log.Length, Directory.GetFiles(Path.Combine(_site.Near, "nightly", "log")).Length);
    }

    /// <summary>The job knows by itself that it encrypts: a plain folder in the place of its own stops it.</summary>
    [Fact]
    public async Task A_job_that_encrypts_writes_nothing_to_a_plain_folder()
    {
        await _site.SetUpAsync(6 * Block);
        await RunAsync(0, "job run nightly");
        (await RunAsync(3, "job edit nightly --encrypt")).Failed(3, "job.encryption");
        var exported = _site["config.json"];
        await RunAsync(0, $"config export {exported}");
        var plain = await File.ReadAllTextAsync(exported, TestContext.Current.CancellationToken);
        Assert.Contains("\"encrypt\": false", plain, StringComparison.Ordinal);
        var encrypting = plain.Replace("\"encrypt\": false", "\"encrypt\": true", StringComparison.Ordinal);
        await File.WriteAllTextAsync(exported, encrypting, TestContext.Current.CancellationToken);
        var home = _site["other-home"];
        (await Site.RunAtAsync(home, $"config import {exported} --yes")).Ended(0);
        var before = Directory.GetFiles(_site.Near, "*", SearchOption.AllDirectories).Order().ToArray();

        (await Site.RunAtAsync(home, $"job run nightly --password-file {Near}")).Failed(3, "job.encryption");

        Assert.Equal(before, Directory.GetFiles(_site.Near, "*", SearchOption.AllDirectories).Order());
    }

    public void Dispose() => _site.Dispose();

    private async Task SetUpAsync()
    {
        await _site.SetUpAsync(6 * Block, "--block-size 256KiB --encrypt");
        await RunAsync(0, "job add copy offsite --job nightly --repository far --encrypt");
    }

    private static void Forge(string record)
    {
        var bytes = File.ReadAllBytes(record);
        bytes.AsSpan(10, 6).Clear();
        bytes.AsSpan(bytes.Length - 64, 32).Clear();
        System
            .Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32))
            .CopyTo(bytes, bytes.Length - 32);
        File.Delete(record);
        File.WriteAllBytes(record, bytes);
    }

    private async Task<Outcome> RunAsync(int exitCode, string line)
    {
        var outcome = await _site.RunAsync(line);
        _outcomes.Add(outcome);
        return outcome.Ended(exitCode);
    }

    private async Task<string> RestoreAsync(string point, string passwordFile)
    {
        var to = _site[$"restored-{_outcomes.Count}"];
        var restored = (await RunAsync(0, $"point restore {point} --to {to} --password-file {passwordFile}")).Document;
        return DiskFile.HashOf(Path.Combine(to, restored.Only("files").Text("path")!));
    }

    private string Password(string name, string password)
    {
        var file = _site[name + ".password"];
        File.WriteAllText(file, password + "\n");
        return file;
    }

    /// <summary>No password in what was printed, nor in any file but its own; no name of the machine in the repositories.</summary>
    private void NoSecretIsAnywhere()
    {
        Assert.All(
            _outcomes,
            outcome =>
            {
                Assert.DoesNotContain(NearPassword, outcome.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain(FarPassword, outcome.ToString(), StringComparison.Ordinal);
            }
        );
        string[] folders = [_site.Home, _site.Near, _site.Far];
        foreach (
            var file in folders
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        )
        {
            var bytes = File.ReadAllBytes(file);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(NearPassword)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(FarPassword)));
        }
    }
}
