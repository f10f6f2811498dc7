using Xunit;

namespace Longhaul.Testing.Stores;

public abstract partial class ObjectStoreContract
{
    /// <summary>Whether objects may be protected where the store under test lies; flags are set on mounts of a test's own only.</summary>
    protected virtual bool MayProtect => true;

    [Fact]
    public async Task A_protected_object_can_neither_be_deleted_nor_replaced_and_is_read_as_ever()
    {
        Assert.SkipUnless(MayProtect, "nothing is protected in a folder that is not the test's own mount");
        await ProtectionChecks.KeepsWhatIsProtectedAsync(await CreateEmptyAsync(), Token);
    }

    [Fact]
    public async Task Protecting_and_lifting_twice_is_once_and_a_missing_object_is_an_answer()
    {
        Assert.SkipUnless(MayProtect, "nothing is protected in a folder that is not the test's own mount");
        await ProtectionChecks.IsIdempotentAsync(await CreateEmptyAsync(), Token);
    }

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
