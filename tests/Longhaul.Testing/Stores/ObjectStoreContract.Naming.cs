using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Testing.Stores;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task A_folder_is_no_object()
    {
        var store = await CreateEmptyAsync();
        await store.PutIfAbsentAsync("a/b", new byte[] { 1 }, Token);

        Assert.Null(await store.GetLengthAsync("a", Token));
        Assert.Null(await store.ReadAsync("a", 0, new byte[1], Token));
        Assert.False(await store.DeleteAsync("a", Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/.")]
    [InlineData(".hidden")]
    [InlineData("a.part")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("ä")]
    [InlineData("a:b")]
    public async Task A_name_that_is_none_is_refused_by_every_member(string name)
    {
        var store = await CreateEmptyAsync();

        await Assert.ThrowsAsync<ArgumentException>(async () => await store.GetLengthAsync(name, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReadAsync(name, 0, new byte[1], Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.PutIfAbsentAsync(name, default, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.CreateAsync(name, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReopenAsync(name, 0, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.DeleteAsync(name, Token));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("a")]
    [InlineData("../")]
    [InlineData("a//")]
    public async Task A_folder_that_is_none_is_refused(string folder)
    {
        var store = await CreateEmptyAsync();

        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await store.ListAsync(folder, Token).ToListAsync(Token)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await store.ListFoldersAsync(folder, Token).ToListAsync(Token)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await store.ListUnfinishedAsync(folder, Token).ToListAsync(Token)
        );
    }

    [Fact]
    public async Task The_longest_name_is_a_name()
    {
        var store = await CreateEmptyAsync();
        var part = new string('n', ObjectNames.MaxPartLength);

        Assert.True(await store.PutIfAbsentAsync(part, new byte[] { 1 }, Token));
        await using var writer = await store.CreateAsync($"a/{part}", Token);
        await writer.CompleteAsync(Token);

        Assert.Equal([$"a/{part}", part], await store.NamesAsync(""));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.GetLengthAsync(part + "n", Token));
    }
}
