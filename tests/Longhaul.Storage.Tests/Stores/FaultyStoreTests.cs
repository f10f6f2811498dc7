using Longhaul.Core;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class FaultyStoreTests
{
    private readonly FaultyStore _store = new(new MemoryObjectStore());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_instead_comes_at_its_call_alone_and_does_nothing()
    {
        _store.ErrorInstead(StoreCall.Put, () => Errors.StoreNoSpace("a"), from: 2);

        Assert.True(await _store.PutIfAbsentAsync("a", new byte[1], Token));
        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await _store.PutIfAbsentAsync("b", new byte[1], Token)
        );
        Assert.Equal("store.no-space", error.Code);
        Assert.True(await _store.PutIfAbsentAsync("c", new byte[1], Token));

        Assert.Equal(["a", "c"], await _store.NamesAsync(""));
        Assert.Equal(3, _store.Calls(StoreCall.Put));
    }

    [Fact]
    public async Task After_an_error_after_the_effect_is_there()
    {
        _store.ErrorAfter(StoreCall.Put, () => Errors.StoreUnreachable("memory"));

        await Assert.ThrowsAsync<LonghaulException>(async () => await _store.PutIfAbsentAsync("a", new byte[1], Token));

        Assert.Equal(["a"], await _store.NamesAsync(""));
    }

    [Fact]
    public async Task A_failed_flush_condemns_the_writer_as_in_a_directory()
    {
        _store.ErrorInstead(StoreCall.Flush, () => Errors.StoreNoSpace("a"));
        await using var writer = await _store.CreateAsync("a", Token);

        var first = await Assert.ThrowsAsync<LonghaulException>(async () => await writer.FlushAsync(Token));
        var later = await Assert.ThrowsAsync<LonghaulException>(async () => await writer.CompleteAsync(Token));

        Assert.Equal(["store.no-space", "store.io"], [first.Code, later.Code]);
        Assert.Empty(await _store.NamesAsync(""));
    }
}
