using Xunit;

namespace Longhaul.Testing.Stores;

/// <summary>The promises of a store that can protect its objects, where they may be protected: flags of a file system are set only
/// on mounts of a test's own.</summary>
public abstract class ProtectingStoreContract : ObjectStoreContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_protected_object_can_neither_be_deleted_nor_replaced_and_is_read_as_ever() =>
        await ProtectionChecks.KeepsWhatIsProtectedAsync(await CreateEmptyAsync(), Token);

    [Fact]
    public async Task Protecting_and_lifting_twice_is_once_and_a_missing_object_is_an_answer() =>
        await ProtectionChecks.IsIdempotentAsync(await CreateEmptyAsync(), Token);
}
