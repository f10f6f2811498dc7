using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Protecting;

/// <summary>Nobody deletes protected points, on a real file system; needs the superuser.</summary>
public sealed class ProtectionTests
{
    private const int Block = 256 << 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ext4", false)]
    [InlineData("btrfs", true)]
    public async Task After_rm_rf_every_protected_point_is_found_and_restores(string fileSystem, bool isEncrypted)
    {
        await using var mounted = await MountedFolder.MountLoopAsync(fileSystem, 160L << 20, Token);
        using var site = new Site(seed: 31, repositories: mounted.Path);
        var password = site["password"];
        await File.WriteAllTextAsync(password, "nobody's business", Token);
        var key = isEncrypted ? $" --password-file {password}" : "";

        // Points from before are protected from the next run on, and need tables of points that are gone.
        await site.SetUpAsync(8 * Block, $"--block-size 256KiB --keep 2{(isEncrypted ? " --encrypt" : "")}");
        for (var i = 0; i < 4; i++)
        {
            await RunAsync();
        }

        var edited = (await site.RunAsync("job edit nightly --immutable-for 14d")).Ended(0);
        Assert.Contains("2 days < 14 days protected: points stay 14 days", edited.Errors, StringComparison.Ordinal);
        var contents = new Dictionary<string, string>();
        for (var i = 0; i < 3; i++)
        {
            var hash = await RunAsync();
            contents[(await site.PointsAsync("near/nightly"))[^1].Text("id")!] = hash;
        }

        Assert.Equal(5, (await site.PointsAsync("near/nightly")).Count);
        var backup = Path.Combine(site.Near, "nightly");
        await File.WriteAllTextAsync(Path.Combine(backup, "unprotected"), "goes", Token);

        await ExternalTool.TryRunAsync(Require.Tool("rm"), ["-rf", backup, site.Near], null, Token);

        Assert.False(File.Exists(Path.Combine(backup, "unprotected")));
        var other = site["other-home"];
        (await Site.RunAtAsync(other, "repository add near", site.Near)).Ended(0);
        var found = (await Site.RunAtAsync(other, $"repository rescan near{key}")).Ended(0).Document;
        Assert.Single(found.List("new"));
        var shown = (await Site.RunAtAsync(other, $"backup show near/nightly{key}")).Ended(0).Document;
        Assert.Empty(shown.List("faults"));
        var points = shown.Only("machines").List("points");
        Assert.Equal(5, points.Count);
        Assert.All(points, point => Assert.NotEqual(JsonValueKind.Null, point.GetProperty("protectedUntil").ValueKind));
        foreach (var (point, hash) in contents)
        {
            Assert.Equal(hash, await RestoreAsync(point));
        }

        // And the job goes on, for this client has seen nothing later.
        await RunAsync();

        async Task<string> RunAsync()
        {
            site.Disk.Fill(0, 2 * Block);
            site.Disk.Fill(4 * Block, 5000);
            (await site.RunAsync($"job run nightly{key}")).Ended(0);
            return DiskFile.HashOf(site.Disk.Path);
        }

        async Task<string> RestoreAsync(string point)
        {
            var to = site[$"restored-{point}"];
            var line = $"point restore {point} --to {to}{key}";
            var restored = (await Site.RunAtAsync(other, line)).Ended(0).Document;
            return DiskFile.HashOf(Path.Combine(to, restored.Only("files").Text("path")!));
        }
    }

    [Fact]
    public async Task Protection_outlasts_a_clock_that_is_set_forward_and_ends_when_a_person_trusts_it()
    {
        await using var mounted = await MountedFolder.MountLoopAsync("ext4", 64L << 20, Token);
        using var site = new Site(seed: 32, repositories: mounted.Path);
        await site.SetUpAsync(4 * Block, "--block-size 256KiB --keep 1 --immutable-for 14d");
        for (var i = 0; i < 3; i++)
        {
            site.Disk.Fill(0, Block);
            (await site.RunAsync("job run nightly")).Ended(0);
        }

        var points = await site.PointsAsync("near/nightly");
        Assert.Equal(3, points.Count);
        var oldest = points[0].Text("id")!;
        var retention = (await site.RunAsync("job retention nightly")).Ended(0).Document;
        Assert.Contains(
            "immutable",
            retention.Only("machines").List("points")[0].List("because").Select(reason => reason.GetString())
        );
        Assert.Empty((await site.RunAsync("job plan nightly")).Ended(0).Document.List("pointsToRemove"));
        var refusal = (await site.RunAsync($"point delete {oldest} --yes")).Failed(3, "point.protected");
        Assert.NotNull(refusal.GetProperty("details").Text("protectedUntil"));
        await File.WriteAllTextAsync(site["password"], "nobody's business", Token);
        (await site.RunAsync($"backup encrypt near/nightly --yes --password-file {site["password"]}")).Failed(
            3,
            "backup.protected"
        );

        var forged = await FakedClock.RunAsync("2040-01-01 00:00:00", "UTC", site.Home, "job run nightly");
        forged.Ended(0);
        var reclaimed = await FakedClock.RunAsync(
            "2040-01-01 00:00:00",
            "UTC",
            site.Home,
            "repository reclaim near --reclaim-delay 0"
        );
        Assert.Equal(0, reclaimed.Ended(0).Document.Only("backups").GetProperty("filesLifted").GetInt32());
        Assert.Equal(4, (await site.PointsAsync("near/nightly")).Count);

        (await site.RunAsync("job remove nightly --yes")).Ended(0);
        (await site.RunAsync("backup delete near/nightly --yes")).Failed(3, "backup.protected");

        var trusted = await FakedClock.RunAsync(
            "2040-01-01 00:00:00",
            "UTC",
            site.Home,
            "repository reclaim near --reclaim-delay 0 --trust-clock"
        );
        Assert.NotEqual(0, trusted.Ended(0).Document.Only("backups").GetProperty("filesLifted").GetInt32());
        (await site.RunAsync("backup delete near/nightly --yes")).Ended(0);
        Directory.Delete(site.Near, recursive: true);
    }

    [Fact]
    public async Task What_cannot_be_protected_is_refused_when_the_job_is_defined()
    {
        await using var mounted = await MountedFolder.MountAsync(64L << 20, Token);
        using var site = new Site(seed: 33, repositories: mounted.Path);
        await site.SetUpAsync(4 * Block);

        var added = await site.RunAsync("job add backup safe --machine web --repository near --immutable-for 14d");
        var edited = await site.RunAsync("job edit nightly --immutable-for 14d");

        Assert.Contains(
            "ext4, XFS and Btrfs",
            added.Failed(3, "store.protect-unsupported").Text("message"),
            StringComparison.Ordinal
        );
        edited.Failed(3, "store.protect-unsupported");
        (await site.RunAsync("job show safe")).Failed(4, "job.not-found");
    }

    [Fact]
    public async Task Who_may_not_set_the_flag_is_refused_and_a_run_of_his_makes_its_points_and_warns()
    {
        await using var mounted = await MountedFolder.MountLoopAsync("ext4", 64L << 20, Token);
        using var site = new Site(seed: 34, repositories: mounted.Path);
        await site.SetUpAsync(4 * Block, "--block-size 256KiB --immutable-for 14d");

        var refusal = await WithoutRightAsync("job add backup safe --machine web --repository near --immutable-for 1d");
        var run = (await WithoutRightAsync("job run nightly")).Ended(0).Document;

        Assert.Contains(
            "superuser",
            refusal.Failed(3, "store.protect-unsupported").Text("message"),
            StringComparison.Ordinal
        );
        Assert.Equal("warning", run.Text("state"));
        Assert.Contains(
            "protection from deletion is not as it should be",
            run.Text("message"),
            StringComparison.Ordinal
        );

        // The log knows what should be, and the next who may makes it good.
        (await site.RunAsync("repository reclaim near")).Ended(0);
        var descriptor = Path.Combine(site.Near, "nightly", "backup.json");
        await ExternalTool.TryRunAsync(Require.Tool("rm"), ["-f", descriptor], null, Token);
        Assert.True(File.Exists(descriptor));

        async Task<Outcome> WithoutRightAsync(string line) =>
            await LonghaulProgram.RunAsync(
                Require.Tool("setpriv"),
                [
                    "--bounding-set=-linux_immutable",
                    await LonghaulProgram.PathAsync(),
                    .. Site.ArgumentsOf(site.Home, line),
                ],
                new Dictionary<string, string>(),
                Token
            );
    }
}
