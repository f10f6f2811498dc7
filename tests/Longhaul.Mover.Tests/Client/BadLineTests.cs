using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Lines;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Mover.Tests.Client;

/// <summary>Lines that break, stall and garble: the store's promises hold, nothing is sent twice that was acknowledged, and
/// nothing hangs.</summary>
public sealed class BadLineTests
{
    private const MoverPermissions Allowed = MoverPermissions.Read | MoverPermissions.Append | MoverPermissions.Delete;
    private const int Length = 24 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task An_object_arrives_whole_however_often_the_line_breaks(int seed)
    {
        var random = new Random(seed);
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port);
        var store = (await site.OpenAsync(Token, Allowed, MoverSite.UrlOf(line.Port))).Store;
        var content = new byte[Length];
        random.NextBytes(content);
        var breaks = 0;

        await using (var writer = await store.CreateAsync("segments/1", Token))
        {
            for (var offset = 0; offset < Length; offset += 1 << 20)
            {
                if (random.Next(4) == 0)
                {
                    breaks++;
                    line.BreakAfter(random.Next(1 << 20));
                }

                await writer.WriteAsync(content.AsMemory(offset, 1 << 20), Token);
                if (random.Next(5) == 0)
                {
                    await writer.FlushAsync(Token);
                }
            }

            await writer.CompleteAsync(Token);
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(site.Directory, "segments/1"), Token));
        // At most the pieces under way are sent again at each break.
        Assert.InRange(line.BytesUp, Length, Length + (breaks * 17L << 20) + (1 << 20));
    }

    [Fact]
    public async Task Garbled_bytes_are_noticed_and_sent_again()
    {
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port);
        var store = (await site.OpenAsync(Token, Allowed, MoverSite.UrlOf(line.Port))).Store;
        var content = new byte[8 << 20];
        new Random(7).NextBytes(content);

        await using (var writer = await store.CreateAsync("segments/1", Token))
        {
            line.GarbleAfter(3 << 20);
            await writer.WriteAsync(content, Token);
            await writer.CompleteAsync(Token);
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(site.Directory, "segments/1"), Token));
    }

    [Fact]
    public async Task A_put_whose_answer_was_lost_is_ours_and_not_anothers()
    {
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port);
        var store = (await site.OpenAsync(Token, Allowed, MoverSite.UrlOf(line.Port))).Store;
        for (var round = 0; round < 40; round++)
        {
            // Somewhere in or after the request: the mover may have it or not.
            line.BreakAfter(round * 40);
            Assert.True(await store.PutIfAbsentAsync($"log/{round:d8}", new[] { (byte)round }, Token));
            Assert.False(await store.PutIfAbsentAsync($"log/{round:d8}", "another"u8.ToArray(), Token));
            Assert.Equal([(byte)round], await store.ContentAsync($"log/{round:d8}"));
        }
    }

    [Fact]
    public async Task A_listing_that_broke_off_is_not_taken_for_a_whole_one()
    {
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port);
        var behind = new DirectoryStore(site.Directory);
        for (var n = 0; n < 1500; n++)
        {
            await behind.PutIfAbsentAsync($"log/{n:d8}", ReadOnlyMemory<byte>.Empty, Token);
        }

        var store = (await site.OpenAsync(Token, Allowed, MoverSite.UrlOf(line.Port))).Store;
        for (var round = 0; round < 10; round++)
        {
            line.BreakAfter(round * 20);
            Assert.Equal(1500, await store.ListAsync("log/", Token).CountAsync(Token));
        }
    }

    [Fact]
    public async Task A_line_that_is_dead_and_not_closed_ends_in_time()
    {
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port);
        var url = MoverSite.UrlOf(line.Port);
        var client = site.NewClient(
            "end",
            options =>
                options with
                {
                    CallTerm = TimeSpan.FromSeconds(1),
                    SlowestBytesPerSecond = 1L << 40,
                    RetryFor = TimeSpan.FromSeconds(3),
                }
        );
        await client.PairAsync(url, site.Invite(Allowed), "end", Token);
        var store = (await client.OpenAsync(url, Token)).Store;
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);

        line.Stall();

        var read = await Assert.ThrowsAsync<LonghaulException>(async () => await store.GetLengthAsync("a", Token));
        Assert.Equal("store.unreachable", read.Code);
        var bulk = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await store.ReadAsync("a", 0, new byte[1], Token)
        );
        Assert.Equal("store.unreachable", bulk.Code);
    }

    [Fact]
    public async Task A_line_that_stalls_for_a_while_is_waited_for()
    {
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port);
        var store = (await site.OpenAsync(Token, Allowed, MoverSite.UrlOf(line.Port))).Store;
        line.Stall();
        var asking = store.PutIfAbsentAsync("a", new byte[] { 1 }, Token).AsTask();
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);
        Assert.False(asking.IsCompleted);

        line.Resume();

        Assert.True(await asking);
    }

    [Fact]
    public async Task Nothing_waits_for_an_answer_before_the_window_is_full()
    {
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port);
        var store = (await site.OpenAsync(Token, Allowed, MoverSite.UrlOf(line.Port))).Store;
        var content = new byte[24 << 20];
        new Random(8).NextBytes(content);
        await using var writer = await store.CreateAsync("segments/1", Token);
        line.Stall();

        // Eight pieces of 2 MiB are under way, and no answer has come.
        await writer.WriteAsync(content.AsMemory(0, 16 << 20), Token);
        var next = writer.WriteAsync(content.AsMemory(16 << 20), Token).AsTask();
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        Assert.False(next.IsCompleted);

        line.Resume();
        await next;
        await writer.CompleteAsync(Token);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(site.Directory, "segments/1"), Token));
    }
}
