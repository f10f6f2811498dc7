using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Testing.Stores;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task A_streamed_object_appears_when_it_is_completed()
    {
        var store = await CreateEmptyAsync();
        await using var writer = await store.CreateAsync("segments/1", Token);
        await writer.WriteAsync(new byte[] { 1, 2 }, Token);
        await writer.WriteAsync(new byte[] { 3 }, Token);

        Assert.Equal("segments/1", writer.Name);
        Assert.Equal(3, writer.Length);
        Assert.Null(await store.GetLengthAsync("segments/1", Token));
        Assert.Null(await store.ReadAsync("segments/1", 0, new byte[1], Token));
        Assert.Empty(await store.NamesAsync(""));

        await writer.CompleteAsync(Token);

        Assert.Equal([1, 2, 3], await store.ContentAsync("segments/1"));
        Assert.Equal(["segments/1"], await store.NamesAsync(""));
        Assert.Empty(await store.ListUnfinishedAsync("", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_writer_reads_back_what_it_wrote()
    {
        var store = await CreateEmptyAsync();
        await using var writer = await store.CreateAsync("a", Token);
        await writer.WriteAsync(new byte[] { 1, 2, 3 }, Token);

        var buffer = new byte[4];
        Assert.Equal(2, await writer.ReadAsync(1, buffer, Token));
        Assert.Equal([2, 3, 0, 0], buffer);
        Assert.Equal(0, await writer.ReadAsync(3, buffer, Token));
        await writer.WriteAsync(new byte[] { 4 }, Token);
        Assert.Equal(4, await writer.ReadAsync(0, buffer, Token));
        Assert.Equal([1, 2, 3, 4], buffer);
    }

    [Fact]
    public async Task The_watermark_follows_the_flush_and_never_passes_the_length()
    {
        var store = await CreateEmptyAsync();
        await using var writer = await store.CreateAsync("a", Token);
        await writer.WriteAsync(new byte[5], Token);
        Assert.Equal(0, writer.Watermark);

        await writer.FlushAsync(Token);
        var flushed = writer.Watermark;
        await writer.WriteAsync(new byte[5], Token);

        Assert.True(flushed is 0 or 5);
        Assert.Equal(flushed, writer.Watermark);
    }

    [Fact]
    public async Task A_name_in_use_is_not_begun_again()
    {
        var store = await CreateEmptyAsync();
        await store.PutIfAbsentAsync("finished", new byte[] { 1 }, Token);
        await using var writer = await store.CreateAsync("unfinished", Token);

        await Assert.ThrowsAsync<IOException>(async () => await store.CreateAsync("finished", Token));
        await Assert.ThrowsAsync<IOException>(async () => await store.CreateAsync("unfinished", Token));
    }

    [Fact]
    public async Task Completing_never_replaces_who_took_the_name_meanwhile()
    {
        var store = await CreateEmptyAsync();
        await using var writer = await store.CreateAsync("a", Token);
        await writer.WriteAsync(new byte[] { 1 }, Token);
        Assert.True(await store.PutIfAbsentAsync("a", new byte[] { 2 }, Token));

        await Assert.ThrowsAsync<IOException>(async () => await writer.CompleteAsync(Token));

        Assert.Equal([2], await store.ContentAsync("a"));
    }

    [Fact]
    public async Task A_completed_writer_takes_no_more()
    {
        var store = await CreateEmptyAsync();
        await using var writer = await store.CreateAsync("a", Token);
        await writer.CompleteAsync(Token);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteAsync(new byte[1], Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.CompleteAsync(Token));
        Assert.Equal(0, await store.GetLengthAsync("a", Token));
    }

    [Fact]
    public async Task An_abandoned_object_is_listed_with_its_length_and_goes_on_at_the_watermark()
    {
        var store = await CreateEmptyAsync();
        await AbandonAsync(store, "segments/b", [1, 2, 3, 4, 5]);
        await AbandonAsync(store, "segments/a", [9]);

        var unfinished = await store.ListUnfinishedAsync("segments/", Token).ToListAsync(Token);
        Assert.Equal([new("segments/a", 1), new("segments/b", 5)], unfinished);

        await using var writer = await store.ReopenAsync("segments/b", 3, Token);
        Assert.NotNull(writer);
        Assert.Equal(3, writer.Length);
        await writer.WriteAsync(new byte[] { 8 }, Token);
        await writer.CompleteAsync(Token);

        Assert.Equal([1, 2, 3, 8], await store.ContentAsync("segments/b"));
    }

    [Fact]
    public async Task A_reopened_object_may_be_abandoned_and_reopened_again()
    {
        var store = await CreateEmptyAsync();
        await AbandonAsync(store, "a", [1, 2, 3]);
        await using (var first = await store.ReopenAsync("a", 2, Token))
        {
            await first!.WriteAsync(new byte[] { 7 }, Token);
            await first.FlushAsync(Token);
        }

        await using var second = await store.ReopenAsync("a", 3, Token);
        await second!.CompleteAsync(Token);

        Assert.Equal([1, 2, 7], await store.ContentAsync("a"));
    }

    [Fact]
    public async Task Nothing_is_reopened_beyond_its_length_when_finished_or_while_its_writer_lives()
    {
        var store = await CreateEmptyAsync();
        await AbandonAsync(store, "short", [1]);
        await store.PutIfAbsentAsync("finished", new byte[] { 1 }, Token);
        await using var alive = await store.CreateAsync("alive", Token);
        await alive.WriteAsync(new byte[] { 1 }, Token);
        await alive.FlushAsync(Token);

        Assert.Null(await store.ReopenAsync("short", 2, Token));
        Assert.Null(await store.ReopenAsync("finished", 1, Token));
        Assert.Null(await store.ReopenAsync("alive", 1, Token));

        await alive.CompleteAsync(Token);
        Assert.Equal([1], await store.ContentAsync("alive"));
    }

    private static async Task AbandonAsync(IObjectStore store, string name, byte[] content)
    {
        await using var writer = await store.CreateAsync(name, Token);
        await writer.WriteAsync(content, Token);
        await writer.FlushAsync(Token);
    }
}
