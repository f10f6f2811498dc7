using System.Security.Cryptography;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>Where a seed lies, and whether this program reads it.</summary>
public sealed class PlaceTests : IDisposable
{
    private readonly SeedSite _site = new(seed: 101);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Mapping_other_repository_is_refused_and_says_to_carry_it()
    {
        await _site.SetUpAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        var error = (await _site.RunAsync("job map offsite nightly --yes")).Failed(3, "mapping.other-repository");

        Assert.Equal("refused", error.GetProperty("details").Check("mapping.other-repository").Text("verdict"));
        Assert.Contains("rescan far", error.Text("hint"), StringComparison.Ordinal);
        Assert.Empty((await _site.DoAsync("job candidates offsite")).EnumerateArray());
    }

    [Theory]
    [InlineData("version")]
    [InlineData("feature")]
    public async Task Mapping_unsupported_is_refused_with_its_number(string what)
    {
        await _site.SetUpAsync();
        Site.CopyFolder(Path.Combine(_site.Site.Near, "nightly"), _site.FarFolder());
        if (what == "version")
        {
            await PatchVersionAsync(Path.Combine(_site.FarFolder(), "backup.json"), version: 7);
        }
        else
        {
            await PatchFlagsAsync(Directory.GetFiles(Path.Combine(_site.FarFolder(), "log")).Max()!, feature: 7);
        }

        var rescan = await _site.DoAsync("repository rescan far");
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        var check = await _site.RefusesAsync("offsite", "nightly", "mapping.unsupported");

        Assert.Equal("format.unsupported", rescan.Only("damaged").Text("code"));
        Assert.Contains("7", check.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mapping_duplicate_is_refused_until_one_is_made_a_new_instance()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.CarryAsync(to: "again");
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        var check = await _site.RefusesAsync("offsite", "nightly", "mapping.duplicate");
        Assert.Contains("again", check.Text("message"), StringComparison.Ordinal);
        await _site.RefusesAsync("offsite", "again", "mapping.duplicate");
        await _site.DoAsync("backup adopt-copy far/again");
        await _site.DoAsync("job map offsite far/nightly --yes");
        await _site.BackUpAsync();

        await _site.CopiesDeltaAsync("offsite", "far/nightly");
        Assert.NotEqual(
            (await _site.DoAsync("backup show far/nightly")).Text("instanceId"),
            (await _site.DoAsync("backup show far/again")).Text("instanceId")
        );
    }

    [Fact]
    public async Task Mapping_duplicate_is_refused_until_one_is_deleted()
    {
        await _site.SetUpAsync();
        await _site.CarryAsync();
        await _site.CarryAsync(to: "again");
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        await _site.RefusesAsync("offsite", "nightly", "mapping.duplicate");

        await _site.DoAsync("backup delete far/again --yes");

        await _site.DoAsync("job map offsite far/nightly --yes");
    }

    private static async Task PatchVersionAsync(string descriptor, int version)
    {
        var json = await File.ReadAllTextAsync(descriptor, Token);
        var patched = json.Replace("\"format\": 1,", $"\"format\": {version},", StringComparison.Ordinal);
        Assert.NotEqual(json, patched);
        await File.WriteAllTextAsync(descriptor, patched, Token);
    }

    /// <summary>Sets a required feature in a record's flags; its checksum stays right (docs/format.md, "Log record").</summary>
    private static async Task PatchFlagsAsync(string record, int feature)
    {
        var bytes = await File.ReadAllBytesAsync(record, Token);
        bytes[10] |= (byte)(1 << (feature - 1));
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes, bytes.Length - 32);
        await File.WriteAllBytesAsync(record, bytes, Token);
    }
}
