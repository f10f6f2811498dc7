using Longhaul.Core;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

/// <summary>A file that cannot be read is told from a store that cannot.</summary>
public sealed class UnreadableFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_file_system_is_gone_no_file_is_called_unreadable()
    {
        await using var mounted = await MountedFolder.MountLoopAsync("xfs", 320L << 20, Token);
        var store = new DirectoryStore(mounted.Path);
        Assert.True(await store.PutIfAbsentAsync("repository.json", new byte[100], Token));
        Assert.True(await store.PutIfAbsentAsync("web/segments/one", new byte[1 << 20], Token));
        var folder = new FolderStore(store, "web/");
        Assert.Equal(100, await folder.ReadAsync("segments/one", 0, new byte[100], Token));

        await mounted.CutPowerAsync(Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await folder.ReadAsync("segments/one", 0, new byte[100], Token)
        );
        Assert.Equal("store.io", error.Code);
    }

    [Fact]
    public async Task A_folder_of_a_store_names_the_unreadable_file_as_it_was_asked_for()
    {
        var inner = new MemoryObjectStore();
        await inner.PutIfAbsentAsync("web/segments/one", new byte[10], Token);
        var faulty = new Testing.Stores.FaultyStore(inner)
            .ErrorInstead(Testing.Stores.StoreCall.Read, () => Errors.DataUnreadable("web/segments/one", 3))
            .ErrorInstead(Testing.Stores.StoreCall.GetLength, () => Errors.DataUnreadable("web/segments/one", 0));
        var folder = new FolderStore(faulty, "web/");

        var read = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await folder.ReadAsync("segments/one", 3, new byte[1], Token)
        );
        var length = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await folder.GetLengthAsync("segments/one", Token)
        );

        Assert.Equal(("segments/one", 3L), (read.Details["file"], read.Details["offset"]));
        Assert.Equal(("segments/one", 0L), (length.Details["file"], length.Details["offset"]));
    }
}
