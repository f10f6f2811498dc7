using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Encrypted backups from the command line: made, copied, carried, restored, and what is seen without a password.</summary>
public sealed class EncryptionTests : IDisposable
{
    private const int Block = EncryptedSite.Block;

    private readonly EncryptedSite _site = new(seed: 29);

    private string Near => _site.NearPassword;

    private string Far => _site.FarPassword;

    [Fact]
    public async Task Backed_up_copied_under_another_password_and_restored()
    {
        await _site.SetUpAsync();
        var contents = new Dictionary<string, string>();
        for (var run = 0; run < 3; run++)
        {
            _site.Site.Disk.Fill(run * Block, Block);
            await _site.RunAsync(0, $"job run nightly --password-file {Near}");
            var copied = await _site.RunAsync(0, $"job run offsite --password-file {Far} --password-file {Near}");
            contents[copied.Document.Only("machines").Text("point")!] = DiskFile.HashOf(_site.Site.Disk.Path);
        }

        foreach (var (point, content) in contents)
        {
            Assert.Equal(content, await _site.RestoreAsync(point, Far));
        }

        var verified = await _site.RunAsync(0, $"backup verify far/offsite --data --password-file {Far}");
        Assert.Empty(verified.Document.List("damaged"));
        var newest = await _site.RestoreAsync("near/nightly/web@latest", Near);
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), newest);
        _site.NoSecretIsAnywhere();
    }

    [Fact]
    public async Task Without_the_password_it_is_listed_and_neither_read_nor_written()
    {
        await _site.SetUpAsync();
        (await _site.RunAsync(7, "job run nightly")).Failed(7, "job.password");
        await _site.RunAsync(0, $"job run nightly --password-file {Near}");

        var shown = (await _site.RunAsync(0, "backup show near/nightly")).Document;
        var machine = shown.Only("machines");
        var point = Assert.Single(machine.List("points"));
        Assert.True(shown.GetProperty("encrypted").GetBoolean());
        var log = Directory.GetFiles(Path.Combine(_site.Site.Near, "nightly", "log"));
        Assert.Equal(log.Length, shown.GetProperty("recordNumber").GetInt64());
        Assert.InRange(
            shown.GetProperty("recordWritten").GetDateTimeOffset(),
            point.GetProperty("created").GetDateTimeOffset(),
            DateTimeOffset.MaxValue
        );
        Assert.Equal(machine.Text("machineId"), machine.Text("machine"));
        Assert.Equal(JsonValueKind.Null, point.GetProperty("digest").ValueKind);

        var id = point.Text("id")!;
        string[] refused =
        [
            $"point restore {id} --to {_site.Site["nowhere"]}",
            $"point restore {id} --to {_site.Site["nowhere"]} --password-file {Far}",
            "job run nightly",
            $"job run nightly --password-file {Far}",
            $"point pin {id}",
            "backup verify near/nightly --data",
        ];
        foreach (var line in refused)
        {
            var error = (await _site.RunAsync(7, line)).Failed(7, "backup.locked");
            Assert.Contains("job nightly on ", error.Text("message"), StringComparison.Ordinal);
        }

        // Rot is found without the password.
        await _site.RunAsync(0, "backup verify near/nightly --scrub");
        var segments = Directory.GetFiles(Path.Combine(_site.Site.Near, "nightly", "segments"));
        var segment = segments.MaxBy(file => new FileInfo(file).Length)!;
        var bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(segment);
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);
        var rot = (await _site.RunAsync(5, "backup verify near/nightly --scrub --rate-limit 100MiB/s")).Document;
        Assert.Equal(id, Assert.Single(rot.Only("damaged").List("points")).GetString());
        (await _site.RunAsync(2, "backup verify near/nightly --scrub --data")).Failed(2, "usage.invalid");

        // A copy job needs the source's password beside its own.
        (await _site.RunAsync(7, $"job run offsite --password-file {Far}")).Failed(7, "backup.locked");
        (await _site.RunAsync(7, $"job plan offsite --password-file {Far}")).Failed(7, "backup.locked");

        Assert.False(Directory.Exists(_site.Site["nowhere"]));
        _site.NoSecretIsAnywhere();
    }

    /// <summary>The folder is carried, and a job that encrypts goes on in it, with nothing but changes on the wire.</summary>
    [Fact]
    public async Task A_carried_folder_is_mapped_with_its_password()
    {
        await _site.SetUpAsync();
        await _site.RunAsync(0, $"job run nightly --password-file {Near}");
        Site.CopyFolder(Path.Combine(_site.Site.Near, "nightly"), Path.Combine(_site.Site.Far, "nightly"));
        await _site.RunAsync(0, "repository rescan far");
        Assert.Equal("locked", (await _site.RunAsync(0, "backup show far/nightly")).Document.Text("state"));

        (await _site.RunAsync(7, "job map offsite far/nightly --yes")).Failed(7, "mapping.seed-locked");
        (await _site.RunAsync(7, $"job map offsite far/nightly --yes --password-file {Far}")).Failed(
            7,
            "mapping.seed-locked"
        );
        await _site.RunAsync(0, "job add copy plain --job nightly --repository far");
        (await _site.RunAsync(3, $"job map plain far/nightly --yes --password-file {Near}")).Failed(
            3,
            "mapping.seed-encrypted"
        );
        var before = DiskFile.HashOf(_site.Site.Disk.Path);
        await _site.RunAsync(
            0,
            $"job map offsite far/nightly --yes --no-remember --password-file {Far} --seed-password-file {Near}"
        );
        _site.Site.Disk.Fill(3 * Block, 4096);
        await _site.RunAsync(0, $"job run nightly --password-file {Near}");
        var session = (
            await _site.RunAsync(0, $"job run offsite --password-file {Far} --password-file {Near}")
        ).Document;

        // Nothing but changes on the wire, and what is new is under the job's own password.
        Assert.Equal("lineage", session.Only("machines").Text("baselineFoundBy"));
        Assert.InRange(session.GetProperty("bytesTransferred").GetInt64(), 1, 64 << 10);
        var points = (await _site.RunAsync(0, "backup show far/nightly")).Document.Only("machines").List("points");
        var (seed, copied) = (points[0].Text("id")!, points[1].Text("id")!);
        Assert.Equal(before, await _site.RestoreAsync($"far/nightly/web@{seed}", Far));
        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await _site.RestoreAsync(copied, Far));
        Assert.Equal(before, await _site.RestoreAsync($"far/nightly/web@{seed}", Near));
        var refused = $"point restore {copied} --to {_site.Site["nowhere"]} --password-file {Near}";
        (await _site.RunAsync(7, refused)).Failed(7, "backup.locked");
        await _site.RunAsync(0, $"job run nightly --password-file {Near}");
        (await _site.RunAsync(7, $"job run offsite --password-file {Near}")).Failed(7, "backup.locked");
        _site.NoSecretIsAnywhere();
    }

    /// <summary>Without a password of its own the job goes on under the seed's; also where the catalog was not told any more.</summary>
    [Fact]
    public async Task A_seed_is_gone_on_with_under_its_own_password()
    {
        await _site.SetUpAsync();
        await _site.RunAsync(0, $"job run nightly --password-file {Near}");
        Site.CopyFolder(Path.Combine(_site.Site.Near, "nightly"), Path.Combine(_site.Site.Far, "nightly"));
        await _site.RunAsync(0, "repository rescan far");
        Site.CopyFolder(_site.Site.Home, _site.Site["home-before"]);
        await _site.RunAsync(0, $"job map offsite far/nightly --yes --seed-password-file {Near}");

        // As if the mapping had been cut off between its log record and the catalog: the folder says whose it is.
        Directory.Delete(_site.Site.Home, recursive: true);
        Site.CopyFolder(_site.Site["home-before"], _site.Site.Home);
        _site.Site.Disk.Fill(3 * Block, 4096);
        await _site.RunAsync(0, $"job run nightly --password-file {Near}");
        await _site.RunAsync(0, $"job run offsite --password-file {Near}");

        Assert.Equal(DiskFile.HashOf(_site.Site.Disk.Path), await _site.RestoreAsync("far/nightly/web@latest", Near));
    }

    /// <summary>Records with the flag, the MAC and the keys' generation taken out, and hashes that fit again.</summary>
    [Fact]
    public async Task A_log_that_was_made_plain_is_damage()
    {
        await _site.SetUpAsync();
        await _site.RunAsync(0, $"job run nightly --password-file {Near}");
        var log = Directory.GetFiles(Path.Combine(_site.Site.Near, "nightly", "log"));
        Assert.All(log, Forge);

        (await _site.RunAsync(5, $"job run nightly --password-file {Near}")).Failed(5, "data.damaged");
        Assert.Equal(log.Length, Directory.GetFiles(Path.Combine(_site.Site.Near, "nightly", "log")).Length);
    }

    /// <summary>The job knows by itself that it encrypts: a plain folder in the place of its own stops it.</summary>
    [Fact]
    public async Task A_job_that_encrypts_writes_nothing_to_a_plain_folder()
    {
        await _site.Site.SetUpAsync(6 * Block);
        await _site.RunAsync(0, "job run nightly");
        (await _site.RunAsync(3, "job edit nightly --encrypt")).Failed(3, "job.encryption");
        var exported = _site.Site["config.json"];
        await _site.RunAsync(0, $"config export {exported}");
        var plain = await File.ReadAllTextAsync(exported, TestContext.Current.CancellationToken);
        Assert.Contains("\"encrypt\": false", plain, StringComparison.Ordinal);
        var encrypting = plain.Replace("\"encrypt\": false", "\"encrypt\": true", StringComparison.Ordinal);
        await File.WriteAllTextAsync(exported, encrypting, TestContext.Current.CancellationToken);
        var home = _site.Site["other-home"];
        (await Site.RunAtAsync(home, $"config import {exported} --yes")).Ended(0);
        var before = Directory.GetFiles(_site.Site.Near, "*", SearchOption.AllDirectories).Order().ToArray();

        (await Site.RunAtAsync(home, $"job run nightly --password-file {Near}")).Failed(3, "job.encryption");

        Assert.Equal(before, Directory.GetFiles(_site.Site.Near, "*", SearchOption.AllDirectories).Order());
    }

    public void Dispose() => _site.Dispose();

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
}
