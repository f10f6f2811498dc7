using Longhaul.Core;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class StoreProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_ordinary_disk_can_everything_and_nothing_is_left_behind()
    {
        var found = await StoreProbe.RunAsync(new DirectoryStore(_folder.Path), Token);

        Assert.Equal(PlacementMethod.Rename, found.Placement);
        Assert.True(found.HasLocks && found.IsCaseSensitive && found.TakesLongestNames && found.IsSafeForSeveralHosts);
        Assert.True(found.Capacity!.Value.FreeBytes > 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task What_a_crashed_probe_left_is_removed()
    {
        Directory.CreateDirectory(_folder[".probe-old"]);
        await File.WriteAllTextAsync(_folder[".probe-old/first"], "", Token);

        await StoreProbe.RunAsync(new DirectoryStore(_folder.Path), Token);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_missing_directory_is_unreachable()
    {
        var store = new DirectoryStore(_folder["missing"]);

        var error = await Assert.ThrowsAsync<LonghaulException>(() => StoreProbe.RunAsync(store, Token));

        Assert.Equal("store.unreachable", error.Code);
    }
}
