using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class DirectoryProtectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ext4", 16)]
    [InlineData("xfs", 320)]
    [InlineData("btrfs", 128)]
    public async Task A_directory_keeps_the_promises_where_files_have_the_flag(string fileSystem, int mebibytes)
    {
        await using var mounted = await MountedFolder.MountLoopAsync(fileSystem, (long)mebibytes << 20, Token);
        var store = new DirectoryStore(mounted.Path);

        await ProtectionChecks.KeepsWhatIsProtectedAsync(store, Token);
        await ProtectionChecks.IsIdempotentAsync(store, Token);
        var found = await StoreProbe.RunAsync(store, Token);

        Assert.Null(found.ProtectionObstacle);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(mounted.Path), IsProbe);
    }

    [Fact]
    public async Task A_probe_that_was_cut_off_leaves_nothing_that_the_next_cannot_remove()
    {
        await using var mounted = await MountedFolder.MountLoopAsync("ext4", 16 << 20, Token);
        Directory.CreateDirectory(Path.Combine(mounted.Path, ".probe-old"));
        var left = Path.Combine(mounted.Path, ".probe-old", "immutable");
        await File.WriteAllTextAsync(left, "", Token);
        await ExternalTool.RunAsync(Require.Tool("chattr"), ["+i", left], Token);

        Assert.Null(await new DirectoryStore(mounted.Path).Protection.FindObstacleAsync(Token));

        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(mounted.Path), IsProbe);
    }

    [Fact]
    public async Task A_file_system_without_the_flag_says_so()
    {
        await using var mounted = await MountedFolder.MountAsync(1 << 20, Token);
        var store = new DirectoryStore(mounted.Path);

        Assert.Contains(
            "ext4, XFS and Btrfs",
            await store.Protection.FindObstacleAsync(Token),
            StringComparison.Ordinal
        );
        Assert.NotNull((await StoreProbe.RunAsync(store, Token)).ProtectionObstacle);
    }

    private static bool IsProbe(string path) => Path.GetFileName(path).StartsWith(".probe-", StringComparison.Ordinal);
}
