using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Mover.Tests.Client;

/// <summary>A store behind a mover keeps the promises of every store.</summary>
public sealed class MoverStoreContract : ObjectStoreContract, IAsyncDisposable
{
    private MoverSite? _site;

    protected override async ValueTask<IObjectStore> CreateEmptyAsync()
    {
        var token = TestContext.Current.CancellationToken;
        _site = await MoverSite.StartAsync(token);
        const MoverPermissions All =
            MoverPermissions.Read | MoverPermissions.Append | MoverPermissions.Delete | MoverPermissions.Admin;
        return (await _site.OpenAsync(token, All)).Store;
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
        {
            await _site.DisposeAsync();
        }
    }
}

public sealed class MoverStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_longer_than_all_pieces_under_way_arrives_whole()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var store = (await site.OpenAsync(Token)).Store;
        var content = new byte[(40 << 20) + 12345];
        new Random(1).NextBytes(content);

        await using (var writer = await store.CreateAsync("segments/1", Token))
        {
            for (var offset = 0; offset < content.Length; offset += 777_777)
            {
                await writer.WriteAsync(content.AsMemory(offset, Math.Min(777_777, content.Length - offset)), Token);
            }

            await writer.CompleteAsync(Token);
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(site.Directory, "segments/1"), Token));
        var back = new byte[content.Length];
        Assert.Equal(content.Length, await store.ReadAsync("segments/1", 0, back, Token));
        Assert.Equal(content, back);
    }

    [Fact]
    public async Task A_mover_that_is_restarted_goes_on_where_it_was()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var store = (await site.OpenAsync(Token)).Store;
        var content = new byte[9 << 20];
        new Random(2).NextBytes(content);
        await using var writer = await store.CreateAsync("segments/1", Token);
        await writer.WriteAsync(content.AsMemory(0, 5 << 20), Token);
        await writer.FlushAsync(Token);

        await site.RestartAsync(Token);
        await writer.WriteAsync(content.AsMemory(5 << 20), Token);
        await writer.CompleteAsync(Token);

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(site.Directory, "segments/1"), Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_power_went_at_the_mover_only_what_was_flushed_is_built_upon(bool flushed)
    {
        await using var site = await MoverSite.StartAsync(Token);
        var store = (await site.OpenAsync(Token)).Store;
        await using var writer = await store.CreateAsync("segments/1", Token);
        await writer.WriteAsync(new byte[5 << 20], Token);
        if (flushed)
        {
            await writer.FlushAsync(Token);
        }
        else
        {
            // What is read back has been acknowledged, and lies nowhere but in memory.
            await writer.ReadAsync(0, new byte[1], Token);
        }

        site.Boot = "second";
        await site.RestartAsync(Token);
        await writer.WriteAsync(new byte[] { 1 }, Token);

        if (flushed)
        {
            await writer.CompleteAsync(Token);
        }
        else
        {
            var error = await Assert.ThrowsAsync<LonghaulException>(async () => await writer.CompleteAsync(Token));
            Assert.Equal("store.io", error.Code);
            Assert.Null(await store.GetLengthAsync("segments/1", Token));
        }
    }

    [Fact]
    public async Task What_an_end_that_is_gone_was_writing_is_taken_over_at_once()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var dying = site.NewClient("dying");
        await dying.PairAsync(site.Url, site.Invite(MoverPermissions.Read | MoverPermissions.Append), "dying", Token);
        var writer = await (await dying.OpenAsync(site.Url, Token)).Store.CreateAsync("segments/1", Token);
        await writer.WriteAsync(new byte[] { 1, 2, 3 }, Token);
        await writer.FlushAsync(Token);
        var other = (await site.OpenAsync(Token)).Store;
        Assert.Null(await other.ReopenAsync("segments/1", 3, Token));

        // Its process ends without a word about the writer.
        await dying.DisposeAsync();

        IObjectWriter? taken = null;
        for (var tries = 0; taken is null && tries < 100; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
            taken = await other.ReopenAsync("segments/1", 3, Token);
        }

        Assert.NotNull(taken);
        await taken.CompleteAsync(Token);
        await taken.DisposeAsync();
        Assert.Equal([1, 2, 3], await other.ContentAsync("segments/1"));
    }

    [Fact]
    public async Task Where_no_mover_answers_the_store_is_unreachable_soon()
    {
        await using var site = await MoverSite.StartAsync(Token);
        _ = await site.OpenAsync(Token);
        var again = site.NewClient("end0");
        await site.Server.StopAsync(Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(() => again.OpenAsync(site.Url, Token));

        Assert.Equal("store.unreachable", error.Code);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("..\0")]
    [InlineData("a/..\0/..\0")]
    public async Task No_listing_leads_out_of_the_repository(string folder)
    {
        await using var site = await MoverSite.StartAsync(Token);
        var opened = await site.OpenAsync(Token, MoverPermissions.Read);

        await Assert.ThrowsAsync<LonghaulException>(async () => await opened.Store.ListEntriesAsync(folder, Token));
    }

    [Fact]
    public async Task Who_may_append_takes_away_what_is_no_part_of_a_point()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var store = (await site.OpenAsync(Token, MoverPermissions.Read | MoverPermissions.Append)).Store;
        foreach (
            var name in new[] { "b/leases/1/00000001", "b/sessions/1/00000001", "b/backup.json", "b/segments/1.1.seg" }
        )
        {
            await store.PutIfAbsentAsync(name, new byte[] { 1 }, Token);
        }

        await using (var writer = await store.CreateAsync("b/segments/2.1.seg", Token))
        {
            await writer.FlushAsync(Token);
        }

        Assert.True(await store.DeleteAsync("b/leases/1/00000001", Token));
        Assert.True(await store.DeleteAsync("b/sessions/1/00000001", Token));
        Assert.True(await store.DeleteAsync("b/segments/2.1.seg", Token));
        foreach (var name in new[] { "b/backup.json", "b/segments/1.1.seg" })
        {
            var error = await Assert.ThrowsAsync<LonghaulException>(async () => await store.DeleteAsync(name, Token));
            Assert.Equal("mover.not-permitted", error.Code);
        }
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData(".hidden")]
    public async Task No_name_leads_out_of_the_repository(string name)
    {
        await using var site = await MoverSite.StartAsync(Token);
        var store = (await site.OpenAsync(Token)).Store;

        await Assert.ThrowsAsync<ArgumentException>(async () => await store.PutIfAbsentAsync(name, new byte[1], Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReadAsync(name, 0, new byte[1], Token));
    }
}
