using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Testing.Stores;

/// <summary>The promises of <see cref="IObjectStore"/>, one test each; derive once for each store.</summary>
public abstract class ObjectStoreContract
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
    public async Task A_folder_is_no_object()
    {
        var store = await CreateEmptyAsync();
        await store.PutIfAbsentAsync("a/b", new byte[] { 1 }, Token);

        Assert.Null(await store.GetLengthAsync("a", Token));
        Assert.Null(await store.ReadAsync("a", 0, new byte[1], Token));
        Assert.False(await store.DeleteAsync("a", Token));
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

    private static async Task AbandonAsync(IObjectStore store, string name, byte[] content)
    {
        await using var writer = await store.CreateAsync(name, Token);
        await writer.WriteAsync(content, Token);
        await writer.FlushAsync(Token);
    }
}
