using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>The whole way of a seed over real folders: made, carried to another file system, damaged, mended, received, mapped.</summary>
public sealed class SeedTravelTests
{
    private const int Mebibyte = 1 << 20;
    private const int DiskSize = 12 * Mebibyte;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_seed_travels_is_mended_on_arrival_and_goes_on_under_another_password()
    {
        using var site = new EncryptedSite(seed: 91);
        await using var arrived = await MountedFolder.MountAsync(96 * Mebibyte, Token);
        var (usb, there) = (site.Site["usb"], Path.Combine(arrived.Path, "usb"));
        var seedPassword = site.Password("seed", "what travels with the courier");
        await SetUpAsync(site);

        var made = (await site.RunAsync(0, $"seed create offsite --to {usb} --password-file {seedPassword}")).Document;
        Assert.True(made.IsTrue("encrypted"));
        Assert.Equal("awaiting-seed", (await site.RunAsync(0, "job show offsite")).Document.Text("state"));
        Assert.Equal("idle", (await site.RunAsync(0, "job run offsite")).Document.Text("state"));

        // While it travels, the source goes on, and keeps what the seed was made from.
        for (var night = 0; night < 2; night++)
        {
            site.Site.Disk.Scatter(3);
            await site.RunAsync(0, "job run nightly");
        }

        await CarryAsync("-r", usb, there);
        var segment = Directory.EnumerateFiles(there, "*.seg", SearchOption.AllDirectories).Order().First();
        Flip(segment);
        var damaged = (await RunWithoutHomeAsync("seed check", there)).Ended(5).Document.Only("damaged");
        Assert.Equal(segment, damaged.Text("path"));
        (await site.Site.RunAsync($"seed receive {there} --repository far")).Failed(5, "seed.damaged");
        Assert.False(Directory.Exists(Path.Combine(site.Site.Far, "offsite")));

        await CarryAsync("-f", Path.Combine(usb, Path.GetRelativePath(there, segment)), segment);
        Assert.Empty((await RunWithoutHomeAsync("seed check", there)).Ended(0).Document.List("damaged"));
        var received = (await site.RunAsync(0, $"seed receive {there} --repository far")).Document;
        Assert.Equal(0, received.Number("filesMoved"));
        Assert.Equal("locked", (await site.RunAsync(0, "backup show far/offsite")).Document.Text("state"));

        await site.RunAsync(
            0,
            $"job map offsite far/offsite --seed-password-file {seedPassword} --password-file {site.FarPassword} --no-remember"
        );
        var run = (await site.RunAsync(0, $"job run offsite --password-file {site.FarPassword}")).Document;
        Assert.Equal("lineage", run.Only("machines").Text("baselineFoundBy"));
        Assert.Equal("increment", run.Only("machines").Text("kind"));
        Assert.InRange(run.Number("bytesTransferred"), 1, DiskSize / 16);
        Assert.Equal(
            DiskFile.HashOf(site.Site.Disk.Path),
            await site.RestoreAsync("far/offsite@latest", site.FarPassword)
        );

        // The job's password opens old and new points, the seed's only the old.
        await RestoreFailsAsync(site, "far/offsite@latest", seedPassword);
        await GoOnFromALostCatalogAsync(site);
        site.NoSecretIsAnywhere();
    }

    private static async Task GoOnFromALostCatalogAsync(EncryptedSite site)
    {
        foreach (var file in Directory.EnumerateFiles(site.Site.Home, "catalog.db*"))
        {
            File.Delete(file);
        }

        (await site.Site.RunAsync("repository add near", site.Site.Near)).Ended(0);
        (await site.Site.RunAsync("repository add far", site.Site.Far)).Ended(0);
        await site.RunAsync(0, "repository rescan near");
        await site.RunAsync(0, "repository rescan far");
        await site.RunAsync(0, "job adopt near/nightly");
        await site.RunAsync(0, $"job adopt far/offsite --password-file {site.FarPassword}");
        site.Site.Disk.Scatter(3);
        await site.RunAsync(0, "job run nightly");
        var run = (await site.RunAsync(0, $"job run offsite --password-file {site.FarPassword}")).Document;
        Assert.Equal("increment", run.Only("machines").Text("kind"));
        Assert.InRange(run.Number("bytesTransferred"), 1, DiskSize / 16);
        Assert.Equal(
            DiskFile.HashOf(site.Site.Disk.Path),
            await site.RestoreAsync("far/offsite@latest", site.FarPassword)
        );
    }

    private static async Task SetUpAsync(EncryptedSite site)
    {
        await site.Site.SetUpAsync(DiskSize, "--block-size 256KiB --keep 1");
        await site.RunAsync(0, "job run nightly");
        await site.RunAsync(0, "job add copy offsite --job nightly --repository far --encrypt");
    }

    private static async Task RestoreFailsAsync(EncryptedSite site, string point, string passwordFile) =>
        Assert.NotEqual(
            0,
            (
                await site.Site.RunAsync(
                    $"point restore {point} --to {site.Site["not-restored"]} --password-file {passwordFile}"
                )
            ).ExitCode
        );

    /// <summary>On arrival there may be nothing but the program.</summary>
    private static Task<Outcome> RunWithoutHomeAsync(string line, string folder) =>
        Site.RunAtAsync("/nonexistent/home", line, folder);

    private static Task<string> CarryAsync(params string[] arguments) =>
        ExternalTool.RunAsync(Require.Tool("cp"), arguments, Token);

    private static void Flip(string file)
    {
        using var stream = File.Open(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = stream.Length / 2;
        var value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ 1));
    }
}
