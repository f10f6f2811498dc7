using Longhaul.Core;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class DirectoryStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Top => _folder["top"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_object_is_a_plain_file_and_nothing_else_stays()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(Top, Token);
        await store.PutIfAbsentAsync("a/b", new byte[] { 1, 2 }, Token);
        await store.PutIfAbsentAsync("a/b", new byte[] { 3 }, Token);

        Assert.Equal(
            [_folder["top/a"], _folder["top/a/b"]],
            Directory.EnumerateFileSystemEntries(Top, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        );
        Assert.Equal([1, 2], await File.ReadAllBytesAsync(_folder["top/a/b"], Token));
    }

    [Fact]
    public async Task A_missing_directory_is_unreachable_and_is_not_made_by_use()
    {
        var store = new DirectoryStore(Top);

        foreach (var call in Calls(store))
        {
            Assert.Equal("store.unreachable", (await Assert.ThrowsAsync<LonghaulException>(call)).Code);
        }

        Assert.False(Directory.Exists(Top));
    }

    [Fact]
    public async Task Creating_makes_parents_and_takes_a_directory_that_is_there()
    {
        var path = _folder["x/y/z"];
        await DirectoryStore.CreateDirectoryAsync(path, Token);
        var store = await DirectoryStore.CreateDirectoryAsync(path, Token);

        Assert.True(await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token));
        Assert.Equal(path, store.Location);
    }

    [Fact]
    public async Task Another_directory_in_the_old_ones_place_is_unreachable()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(Top, Token);
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
        Directory.Move(Top, _folder["elsewhere"]);
        Directory.CreateDirectory(Top);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await store.PutIfAbsentAsync("b", new byte[] { 1 }, Token)
        );

        Assert.Equal("store.unreachable", error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Top));
    }

    [Fact]
    public async Task An_unmounted_disk_is_unreachable_and_its_mount_point_stays_empty()
    {
        await using var mounted = await MountedFolder.MountAsync(1 << 20, Token);
        var store = new DirectoryStore(mounted.Path);
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
        await mounted.UnmountAsync(Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await store.PutIfAbsentAsync("b", new byte[] { 1 }, Token)
        );

        Assert.Equal("store.unreachable", error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(mounted.Path));
    }

    [Fact]
    public async Task A_full_disk_refuses_a_put_and_leaves_nothing_of_it()
    {
        await using var mounted = await MountedFolder.MountAsync(1 << 20, Token);
        var store = new DirectoryStore(mounted.Path);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await store.PutIfAbsentAsync("a", new byte[2 << 20], Token)
        );

        Assert.Equal("store.no-space", error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(mounted.Path));
        Assert.True(await store.PutIfAbsentAsync("a", new byte[1000], Token));
    }

    [Fact]
    public async Task After_a_full_disk_a_stream_goes_on_from_its_last_whole_write()
    {
        await using var mounted = await MountedFolder.MountAsync(1 << 20, Token);
        var store = new DirectoryStore(mounted.Path);
        await store.PutIfAbsentAsync("ballast", new byte[512 << 10], Token);
        await using var writer = await store.CreateAsync("a", Token);
        await writer.WriteAsync(new byte[] { 1, 2, 3 }, Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await writer.WriteAsync(new byte[1 << 20], Token)
        );
        Assert.Equal("store.no-space", error.Code);
        Assert.Equal(3, writer.Length);
        await store.DeleteAsync("ballast", Token);
        await writer.WriteAsync(new byte[] { 4 }, Token);
        await writer.CompleteAsync(Token);

        Assert.Equal([1, 2, 3, 4], await store.ContentAsync("a"));
    }

    [Fact]
    public async Task A_read_only_disk_denies_access()
    {
        await using var mounted = await MountedFolder.MountAsync(1 << 20, Token);
        var store = new DirectoryStore(mounted.Path);
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
        await mounted.MakeReadOnlyAsync(Token);

        var put = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await store.PutIfAbsentAsync("b", new byte[1], Token)
        );
        var delete = await Assert.ThrowsAsync<LonghaulException>(async () => await store.DeleteAsync("a", Token));

        Assert.Equal(["store.access-denied", "store.access-denied"], [put.Code, delete.Code]);
        Assert.Equal([1], await store.ContentAsync("a"));
    }

    [Fact]
    public async Task Capacity_is_that_of_the_disk_below()
    {
        await using var mounted = await MountedFolder.MountAsync(1 << 20, Token);

        var capacity = await new DirectoryStore(mounted.Path).GetCapacityAsync(Token);

        Assert.Equal(1 << 20, capacity!.Value.TotalBytes);
        Assert.InRange(capacity.Value.FreeBytes, 1 << 19, 1 << 20);
    }

    [Fact]
    public async Task A_link_that_leads_out_is_refused_and_not_listed()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(Top, Token);
        Directory.CreateDirectory(_folder["outside"]);
        await File.WriteAllTextAsync(_folder["outside/secret"], "s", Token);
        Directory.CreateSymbolicLink(_folder["top/folder"], _folder["outside"]);
        File.CreateSymbolicLink(_folder["top/file"], _folder["outside/secret"]);

        foreach (var name in (string[])["folder/secret", "file"])
        {
            await AssertDeniedAsync(async () => await store.ReadAsync(name, 0, new byte[1], Token));
            await AssertDeniedAsync(async () => await store.GetLengthAsync(name, Token));
        }

        await AssertDeniedAsync(async () => await store.PutIfAbsentAsync("folder/new", new byte[1], Token));
        await AssertDeniedAsync(async () => await store.CreateAsync("folder/new", Token));
        await AssertDeniedAsync(async () => await store.DeleteAsync("folder/secret", Token));
        Assert.Empty(await store.NamesAsync(""));
        Assert.Empty(await store.ListFoldersAsync("", Token).ToListAsync(Token));
        Assert.Equal([_folder["outside/secret"]], Directory.EnumerateFileSystemEntries(_folder["outside"]));
    }

    [Fact]
    public async Task Files_of_others_are_neither_listed_nor_removed()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(Top, Token);
        await store.PutIfAbsentAsync("a/object", new byte[1], Token);
        await File.WriteAllTextAsync(_folder["top/a/Überblick.txt"], "x", Token);
        await File.WriteAllTextAsync(_folder["top/a/.hidden"], "x", Token);

        Assert.Equal(["a/object"], await store.NamesAsync(""));
        Assert.True(await store.DeleteAsync("a/object", Token));

        Assert.True(File.Exists(_folder["top/a/.hidden"]));
    }

    [Fact]
    public async Task What_a_crashed_put_left_goes_with_the_next_writer_and_with_the_folder()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(Top, Token);
        await store.PutIfAbsentAsync("a/object", new byte[1], Token);
        await File.WriteAllTextAsync(_folder["top/a/.tmp-1"], "x", Token);
        Assert.Equal(["a/object"], await store.NamesAsync(""));

        await new DirectoryStore(Top).PutIfAbsentAsync("a/other", new byte[1], Token);
        Assert.False(File.Exists(_folder["top/a/.tmp-1"]));

        await File.WriteAllTextAsync(_folder["top/a/.tmp-2"], "x", Token);
        await store.DeleteAsync("a/object", Token);
        await store.DeleteAsync("a/other", Token);
        Assert.False(Directory.Exists(_folder["top/a"]));
    }

    [Fact]
    public async Task Nothing_is_put_below_an_object()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(Top, Token);
        await store.PutIfAbsentAsync("a", new byte[1], Token);

        await Assert.ThrowsAsync<IOException>(async () => await store.PutIfAbsentAsync("a/b", new byte[1], Token));
        Assert.Null(await store.GetLengthAsync("a/b", Token));
    }

    [Fact]
    public async Task A_completion_that_crashed_between_its_two_names_is_a_finished_object()
    {
        var store = new DirectoryStore(Top, PlacementMethod.Link);
        await DirectoryStore.CreateDirectoryAsync(Top, Token);
        await store.PutIfAbsentAsync("a/b", new byte[] { 1 }, Token);
        await File.WriteAllBytesAsync(_folder["top/a/b.part"], [1], Token);

        Assert.Empty(await store.ListUnfinishedAsync("", Token).ToListAsync(Token));
        Assert.Null(await store.ReopenAsync("a/b", 1, Token));
        Assert.True(await store.DeleteAsync("a/b", Token));
        Assert.False(Directory.Exists(_folder["top/a"]));
    }

    [Fact]
    public async Task The_writer_of_another_instance_keeps_an_object_from_being_taken_over()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(Top, Token);
        await using var writer = await store.CreateAsync("a", Token);

        Assert.Null(await new DirectoryStore(Top).ReopenAsync("a", 0, Token));
        await writer.DisposeAsync();
        await using var reopened = await new DirectoryStore(Top).ReopenAsync("a", 0, Token);
        Assert.NotNull(reopened);
    }

    [Fact]
    public async Task Many_writers_and_deleters_of_one_folder_lose_nothing()
    {
        await DirectoryStore.CreateDirectoryAsync(Top, Token);
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(() => ChurnAsync(worker), Token));

        await Task.WhenAll(workers);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Top));
    }

    private async Task ChurnAsync(int worker)
    {
        var store = new DirectoryStore(Top);
        for (var round = 0; round < 50; round++)
        {
            var name = $"x/y/{worker}";
            Assert.True(await store.PutIfAbsentAsync(name, new[] { (byte)round }, Token));
            Assert.Equal([(byte)round], await store.ContentAsync(name));
            Assert.True(await store.DeleteAsync(name, Token));
        }
    }

    private static async Task AssertDeniedAsync(Func<Task> call) =>
        Assert.Equal("store.access-denied", (await Assert.ThrowsAsync<LonghaulException>(call)).Code);

    private static IEnumerable<Func<Task>> Calls(DirectoryStore store) =>
        [
            async () => await store.ListAsync("", Token).ToListAsync(Token),
            async () => await store.ListFoldersAsync("a/", Token).ToListAsync(Token),
            async () => await store.ListUnfinishedAsync("", Token).ToListAsync(Token),
            async () => await store.GetLengthAsync("a", Token),
            async () => await store.ReadAsync("a", 0, new byte[1], Token),
            async () => await store.PutIfAbsentAsync("a", new byte[1], Token),
            async () => await store.CreateAsync("a", Token),
            async () => await store.ReopenAsync("a", 0, Token),
            async () => await store.DeleteAsync("a", Token),
            async () => await store.GetCapacityAsync(Token),
        ];
}
