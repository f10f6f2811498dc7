using Longhaul.Core;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Testing.Stores;

/// <summary>The promises of <see cref="IObjectProtection"/>, for a store that is made in some way or on some file system.</summary>
public static class ProtectionChecks
{
    /// <summary>A protected object stays, and its neighbours do not.</summary>
    public static async Task KeepsWhatIsProtectedAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        await store.PutIfAbsentAsync("a/kept", new byte[] { 1 }, cancellationToken);
        await store.PutIfAbsentAsync("a/other", new byte[] { 2 }, cancellationToken);
        Assert.Null(await store.Protection.FindObstacleAsync(cancellationToken));
        Assert.False(await store.Protection.IsProtectedAsync("a/kept", cancellationToken));
        Assert.True(await store.Protection.ProtectAsync("a/kept", cancellationToken));
        try
        {
            var refusal = await Assert.ThrowsAsync<LonghaulException>(async () =>
                await store.DeleteAsync("a/kept", cancellationToken)
            );
            Assert.Equal("store.protected", refusal.Code);
            Assert.False(await store.PutIfAbsentAsync("a/kept", new byte[] { 9 }, cancellationToken));
            Assert.True(await store.Protection.IsProtectedAsync("a/kept", cancellationToken));
            Assert.False(await store.Protection.IsProtectedAsync("a/other", cancellationToken));
            Assert.True(await store.DeleteAsync("a/other", cancellationToken));
            Assert.Equal([1], await store.ContentAsync("a/kept"));
        }
        finally
        {
            await store.Protection.UnprotectAsync("a/kept", CancellationToken.None);
        }

        Assert.True(await store.DeleteAsync("a/kept", cancellationToken));
        Assert.Null(await store.Protection.IsProtectedAsync("a/kept", cancellationToken));
        await store.PutIfAbsentAsync("a/kept", new byte[] { 3 }, cancellationToken);
        Assert.False(await store.Protection.IsProtectedAsync("a/kept", cancellationToken));
    }

    /// <summary>What is set is set, what is lifted is lifted, and what is not there is said to be so.</summary>
    public static async Task IsIdempotentAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        await store.PutIfAbsentAsync("one", new byte[] { 1 }, cancellationToken);
        try
        {
            Assert.True(await store.Protection.ProtectAsync("one", cancellationToken));
            Assert.True(await store.Protection.ProtectAsync("one", cancellationToken));
            Assert.True(await store.Protection.IsProtectedAsync("one", cancellationToken));
        }
        finally
        {
            Assert.True(await store.Protection.UnprotectAsync("one", CancellationToken.None));
        }

        Assert.True(await store.Protection.UnprotectAsync("one", cancellationToken));
        Assert.False(await store.Protection.IsProtectedAsync("one", cancellationToken));
        Assert.Null(await store.Protection.IsProtectedAsync("none", cancellationToken));
        Assert.False(await store.Protection.ProtectAsync("none", cancellationToken));
        Assert.False(await store.Protection.UnprotectAsync("none", cancellationToken));
    }
}
