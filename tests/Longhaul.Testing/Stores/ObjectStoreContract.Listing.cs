using Xunit;

namespace Longhaul.Testing.Stores;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task Listing_is_in_ordinal_order_of_whole_names()
    {
        var store = await CreateEmptyAsync();
        string[] names = ["a/b/c", "a-b/c", "a.b", "a b", "a/0", "B", "a/b.c", "a/b-c/d", "a0", "Z/z"];
        foreach (var name in names)
        {
            await store.PutIfAbsentAsync(name, new byte[name.Length], Token);
        }

        var found = await store.ListAsync("", Token).ToListAsync(Token);

        Assert.Equal(names.Order(StringComparer.Ordinal), found.Select(item => item.Name));
        Assert.All(found, item => Assert.Equal(item.Name.Length, item.Length));
    }

    [Fact]
    public async Task Listing_a_folder_leaves_out_its_namesakes()
    {
        var store = await CreateEmptyAsync();
        foreach (var name in (string[])["ab/1", "a/1", "a/b/2", "a.c/3", "b/a/4"])
        {
            await store.PutIfAbsentAsync(name, new byte[] { 1 }, Token);
        }

        Assert.Equal(["a/1", "a/b/2"], await store.NamesAsync("a/"));
        Assert.Equal(["b/a/4"], await store.NamesAsync("b/"));
    }

    [Fact]
    public async Task Folders_are_listed_one_level_deep_and_with_unfinished_objects_alone()
    {
        var store = await CreateEmptyAsync();
        foreach (var name in (string[])["top", "b/x/1", "b/y/2", "a-c/1", "a/2"])
        {
            await store.PutIfAbsentAsync(name, new byte[] { 1 }, Token);
        }

        await using var writer = await store.CreateAsync("c/segment", Token);
        await writer.WriteAsync(new byte[] { 1 }, Token);

        Assert.Equal(["a", "a-c", "b", "c"], await store.ListFoldersAsync("", Token).ToListAsync(Token));
        Assert.Equal(["x", "y"], await store.ListFoldersAsync("b/", Token).ToListAsync(Token));
    }
}
