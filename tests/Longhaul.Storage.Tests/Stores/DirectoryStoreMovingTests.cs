using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class DirectoryStoreMovingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_object_moves_and_its_empty_folders_go()
    {
        var (from, to) = await MakeAsync();
        await from.PutIfAbsentAsync("a/b", new byte[] { 1, 2 }, Token);

        Assert.True(await to.TryMoveAsync(from, "a/b", "x/y/z", Token));

        Assert.Equal([1, 2], await File.ReadAllBytesAsync(_folder["to/x/y/z"], Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["from"]));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_left_alone_and_so_is_what_was_to_move()
    {
        var (from, to) = await MakeAsync();
        await from.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
        await to.PutIfAbsentAsync("a", new byte[] { 2 }, Token);

        Assert.False(await to.TryMoveAsync(from, "a", "a", Token));

        Assert.Equal([1], await File.ReadAllBytesAsync(_folder["from/a"], Token));
        Assert.Equal([2], await File.ReadAllBytesAsync(_folder["to/a"], Token));
    }

    [Fact]
    public async Task What_is_not_there_does_not_move()
    {
        var (from, to) = await MakeAsync();

        Assert.False(await to.TryMoveAsync(from, "a/b", "c", Token));
        Assert.False(File.Exists(_folder["to/c"]));
    }

    [Fact]
    public async Task To_another_file_system_nothing_moves()
    {
        await using var other = await MountedFolder.MountAsync(1 << 20, Token);
        var (from, _) = await MakeAsync();
        await from.PutIfAbsentAsync("a", new byte[] { 1 }, Token);

        Assert.False(await new DirectoryStore(other.Path).TryMoveAsync(from, "a", "a", Token));

        Assert.True(File.Exists(_folder["from/a"]));
        Assert.False(File.Exists(Path.Combine(other.Path, "a")));
    }

    private async Task<(DirectoryStore From, DirectoryStore To)> MakeAsync() =>
        (
            await DirectoryStore.CreateDirectoryAsync(_folder["from"], Token),
            await DirectoryStore.CreateDirectoryAsync(_folder["to"], Token)
        );
}
