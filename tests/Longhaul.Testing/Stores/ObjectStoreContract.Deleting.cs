using Xunit;

namespace Longhaul.Testing.Stores;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task A_put_and_a_delete_of_neighbours_do_not_disturb_each_other()
    {
        var store = await CreateEmptyAsync();
        for (var round = 0; round < 50; round++)
        {
            await store.PutIfAbsentAsync("a/b/old", new byte[] { 1 }, Token);
            var put = Task.Run(() => store.PutIfAbsentAsync("a/b/new", new byte[] { 2 }, Token).AsTask(), Token);
            var delete = Task.Run(() => store.DeleteAsync("a/b/old", Token).AsTask(), Token);

            Assert.True(await put);
            Assert.True(await delete);
            Assert.Equal([2], await store.ContentAsync("a/b/new"));
            Assert.True(await store.DeleteAsync("a/b/new", Token));
        }
    }

    [Fact]
    public async Task Deleting_removes_finished_and_unfinished_objects_and_empty_folders()
    {
        var store = await CreateEmptyAsync();
        await store.PutIfAbsentAsync("a/b/finished", new byte[] { 1 }, Token);
        await AbandonAsync(store, "a/c/unfinished", [1]);
        await store.PutIfAbsentAsync("a/d", new byte[] { 1 }, Token);

        Assert.True(await store.DeleteAsync("a/b/finished", Token));
        Assert.True(await store.DeleteAsync("a/c/unfinished", Token));
        Assert.False(await store.DeleteAsync("a/b/finished", Token));

        Assert.Empty(await store.ListFoldersAsync("a/", Token).ToListAsync(Token));
        Assert.Equal(["a"], await store.ListFoldersAsync("", Token).ToListAsync(Token));
        Assert.Empty(await store.ListUnfinishedAsync("", Token).ToListAsync(Token));
        Assert.True(await store.DeleteAsync("a/d", Token));
        Assert.Empty(await store.ListFoldersAsync("", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_deleted_name_is_free_again()
    {
        var store = await CreateEmptyAsync();
        await store.PutIfAbsentAsync("a/b", new byte[] { 1 }, Token);
        await store.DeleteAsync("a/b", Token);

        Assert.True(await store.PutIfAbsentAsync("a/b", new byte[] { 2 }, Token));
        Assert.Equal([2], await store.ContentAsync("a/b"));
    }

    [Fact]
    public async Task A_writer_whose_object_was_deleted_cannot_complete_it()
    {
        var store = await CreateEmptyAsync();
        await using var writer = await store.CreateAsync("a/b", Token);
        await writer.WriteAsync(new byte[] { 1 }, Token);
        Assert.True(await store.DeleteAsync("a/b", Token));
        await using var other = await store.CreateAsync("a/b", Token);

        await Assert.ThrowsAsync<IOException>(async () => await writer.CompleteAsync(Token));

        await other.CompleteAsync(Token);
        Assert.Equal(0, await store.GetLengthAsync("a/b", Token));
    }
}
