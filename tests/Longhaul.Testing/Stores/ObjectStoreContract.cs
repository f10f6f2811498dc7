using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Testing.Stores;

/// <summary>The promises of <see cref="IObjectStore"/>, one test each; derive once for each store.</summary>
public abstract partial class ObjectStoreContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes the store under test, with nothing in it.</summary>
    protected abstract ValueTask<IObjectStore> CreateEmptyAsync();

    [Fact]
    public async Task A_put_object_is_read_back_whole_and_in_ranges()
    {
        var store = await CreateEmptyAsync();

        Assert.True(await store.PutIfAbsentAsync("log/00000001", new byte[] { 1, 2, 3, 4 }, Token));

        Assert.Equal([1, 2, 3, 4], await store.ContentAsync("log/00000001"));
        var range = new byte[2];
        Assert.Equal(2, await store.ReadAsync("log/00000001", 1, range, Token));
        Assert.Equal([2, 3], range);
    }

    [Fact]
    public async Task Reading_over_the_end_gives_what_there_is()
    {
        var store = await CreateEmptyAsync();
        await store.PutIfAbsentAsync("a", new byte[] { 1, 2, 3 }, Token);

        var buffer = new byte[] { 9, 9, 9 };
        Assert.Equal(1, await store.ReadAsync("a", 2, buffer, Token));
        Assert.Equal([3, 9, 9], buffer);
        Assert.Equal(0, await store.ReadAsync("a", 3, buffer, Token));
        Assert.Equal(0, await store.ReadAsync("a", 1L << 40, buffer, Token));
        Assert.Equal(0, await store.ReadAsync("a", 0, Memory<byte>.Empty, Token));
    }

    [Fact]
    public async Task A_missing_object_is_an_answer_not_an_error()
    {
        var store = await CreateEmptyAsync();

        Assert.Null(await store.GetLengthAsync("a/b", Token));
        Assert.Null(await store.ReadAsync("a/b", 0, new byte[1], Token));
        Assert.False(await store.DeleteAsync("a/b", Token));
        Assert.Null(await store.ReopenAsync("a/b", 0, Token));
        Assert.Empty(await store.ListAsync("a/", Token).ToListAsync(Token));
        Assert.Empty(await store.ListFoldersAsync("a/", Token).ToListAsync(Token));
        Assert.Empty(await store.ListUnfinishedAsync("a/", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task The_first_content_stays()
    {
        var store = await CreateEmptyAsync();

        Assert.True(await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token));
        Assert.False(await store.PutIfAbsentAsync("a", new byte[] { 2, 2 }, Token));

        Assert.Equal([1], await store.ContentAsync("a"));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        var store = await CreateEmptyAsync();

        Assert.True(await store.PutIfAbsentAsync("a", ReadOnlyMemory<byte>.Empty, Token));

        Assert.Equal(0, await store.GetLengthAsync("a", Token));
        Assert.False(await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token));
    }

    [Fact]
    public async Task Put_content_is_not_kept_by_reference()
    {
        var store = await CreateEmptyAsync();
        var content = new byte[] { 1 };
        await store.PutIfAbsentAsync("a", content, Token);

        content[0] = 2;

        Assert.Equal([1], await store.ContentAsync("a"));
    }

    [Fact]
    public async Task Of_many_who_put_one_name_at_once_exactly_one_succeeds()
    {
        var store = await CreateEmptyAsync();
        for (var round = 0; round < 20; round++)
        {
            var name = $"log/{round:d8}";
            var winners = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(writer =>
                        Task.Run(() => store.PutIfAbsentAsync(name, new[] { (byte)writer }, Token).AsTask(), Token)
                    )
            );

            var winner = Assert.Single(winners.Index(), item => item.Item).Index;
            Assert.Equal([(byte)winner], await store.ContentAsync(name));
        }
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        var store = await CreateEmptyAsync();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await store.PutIfAbsentAsync("a", new byte[] { 1 }, cancelled)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.CreateAsync("a", cancelled));

        Assert.Empty(await store.NamesAsync(""));
        Assert.Empty(await store.ListUnfinishedAsync("", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_store_says_its_room_or_that_it_cannot()
    {
        var store = await CreateEmptyAsync();

        var capacity = await store.GetCapacityAsync(Token);

        Assert.True(capacity is null || (capacity.Value.FreeBytes >= 0 && capacity.Value.TotalBytes > 0));
        Assert.NotEmpty(store.Location);
        Assert.True(store.BestSegmentSize > 0);
    }
}
