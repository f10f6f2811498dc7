using Longhaul.Storage.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class ThrottledStoreTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryObjectStore _inner = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Content_waits_for_its_turn_and_arrives_whole()
    {
        var store = new ThrottledStore(_inner, new SendRate(1000, _clock));
        await using var writer = await store.CreateAsync("a", Token);

        var first = writer.WriteAsync(new byte[1100], Token).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(first.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await first.WaitAsync(TimeSpan.FromMinutes(1), Token);

        var second = store.PutIfAbsentAsync("b", new byte[500], Token).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await second.WaitAsync(TimeSpan.FromMinutes(1), Token));
        await writer.CompleteAsync(Token);
        Assert.Equal(1100, await _inner.GetLengthAsync("a", Token));
    }

    [Fact]
    public async Task What_is_read_waits_where_reading_is_held_back_and_what_is_sent_does_not()
    {
        var store = new ThrottledStore(_inner, new SendRate(1000, _clock), isForReading: true);
        Assert.True(await store.PutIfAbsentAsync("a", new byte[5000], Token));

        var read = store.ReadAsync("a", 0, new byte[1100], Token).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(read.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1100, await read.WaitAsync(TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task Idle_time_is_made_up_for_only_as_far_as_the_burst()
    {
        var rate = new SendRate(1000, _clock);
        await rate.WaitAsync(100, Token);
        _clock.Advance(TimeSpan.FromHours(1));

        var wait = rate.WaitAsync(1000, Token).AsTask();

        _clock.Advance(TimeSpan.FromMilliseconds(899));
        Assert.False(wait.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await wait.WaitAsync(TimeSpan.FromMinutes(1), Token);
    }

    [Fact]
    public async Task Several_senders_share_the_rate()
    {
        var rate = new SendRate(1000, _clock);
        var waits = Enumerable.Range(0, 11).Select(_ => rate.WaitAsync(100, Token).AsTask()).ToArray();

        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(6, waits.Count(wait => wait.IsCompleted));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        await Task.WhenAll(waits).WaitAsync(TimeSpan.FromMinutes(1), Token);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var wait = new SendRate(1, _clock).WaitAsync(100, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
