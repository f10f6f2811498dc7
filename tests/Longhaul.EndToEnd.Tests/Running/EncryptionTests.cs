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

    /// <summary>A far side that says "not encrypted" can stop the job, and never make it write plain.</summary>
    [Fact]
    public async Task A_plain_folder_in_the_place_of_the_jobs_own_stops_it()
    {
        await SetUpAsync();
        await RunAsync(0, $"job run nightly --password-file {Near}");
        (await RunAsync(3, "job edit nightly --encrypt false")).Failed(3, "job.encryption");
        var job = (await RunAsync(0, "job show nightly")).Document;

        var log = Path.Combine(_site.Near, "nightly", "log");
        var before = Directory.GetFiles(log).Length;
        foreach (var file in Directory.GetFiles(log))
        {
            // The flag that says it is encrypted, the MAC, and a hash that fits again: as a forger would.
            Forge(file);
        }

        var outcome = await RunAsync(5, $"job run nightly --password-file {Near}");
        Assert.Equal(before, Directory.GetFiles(log).Length);
        Assert.True(job.GetProperty("encrypt").GetBoolean());
        outcome.Failed(5, "data.damaged");
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
