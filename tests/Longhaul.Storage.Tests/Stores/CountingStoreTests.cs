using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class CountingStoreTests
{
    private readonly TransferCounter _counter = new();
    private readonly CountingStore _store;

    public CountingStoreTests() => _store = new CountingStore(new MemoryObjectStore(), _counter);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_put_counts_its_name_and_data_also_when_the_name_is_taken()
    {
        await _store.PutIfAbsentAsync("abc", new byte[10], Token);
        await _store.PutIfAbsentAsync("abc", new byte[5], Token);

        Assert.Equal((21, 0), (_counter.Sent, _counter.Received));
    }

    [Fact]
    public async Task A_read_counts_name_range_and_what_came()
    {
        await _store.PutIfAbsentAsync("abc", new byte[10], Token);
        var before = _counter.Sent;

        await _store.ReadAsync("abc", 4, new byte[100], Token);
        await _store.ReadAsync("no", 0, new byte[100], Token);

        Assert.Equal((3 + 16 + 2 + 16, 6), (_counter.Sent - before, _counter.Received));
    }

    [Fact]
    public async Task A_listing_counts_each_line()
    {
        await _store.PutIfAbsentAsync("f/abc", new byte[10], Token);
        await _store.PutIfAbsentAsync("f/d", new byte[10], Token);
        var before = _counter.Sent;

        await _store.ListAsync("f/", Token).ToListAsync(Token);
        await _store.ListFoldersAsync("", Token).ToListAsync(Token);

        Assert.Equal((2, 5 + 8 + 3 + 8 + 1 + 8), (_counter.Sent - before, _counter.Received));
    }

    [Fact]
    public async Task A_stream_counts_its_name_its_data_and_what_is_read_back()
    {
        await using (var writer = await _store.CreateAsync("abc", Token))
        {
            await writer.WriteAsync(new byte[100], Token);
            await writer.WriteAsync(new byte[11], Token);
            await writer.ReadAsync(100, new byte[20], Token);
            await writer.FlushAsync(Token);
        }

        await using var reopened = await _store.ReopenAsync("abc", 50, Token);
        await reopened!.CompleteAsync(Token);
        await _store.DeleteAsync("abc", Token);

        Assert.Equal((3 + 111 + 16 + 3 + 3, 11), (_counter.Sent, _counter.Received));
        Assert.Equal(147, _counter.Total);
    }
}
