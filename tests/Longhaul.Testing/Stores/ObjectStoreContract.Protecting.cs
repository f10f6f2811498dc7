using Xunit;

namespace Longhaul.Testing.Stores;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task Unfinished_objects_are_not_protected()
    {
        var store = await CreateEmptyAsync();
        await AbandonAsync(store, "a/unfinished", [1]);

        Assert.Null(await store.Protection.IsProtectedAsync("a/unfinished", Token));
        Assert.False(await store.Protection.ProtectAsync("a/unfinished", Token));
        Assert.True(await store.DeleteAsync("a/unfinished", Token));
    }
}
