using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Storage.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Mover.Tests.Pairing;

public sealed class PairingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_pairs_once()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var token = site.Invite(MoverPermissionWords.Default);
        await site.NewClient("first").PairAsync(site.Url, token, "first", Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(() =>
            site.NewClient("second").PairAsync(site.Url, token, "second", Token)
        );

        Assert.Equal("mover.token", error.Code);
        Assert.Equal("first", Assert.Single(new PeerBook(site.Root).List()).Name);
    }

    [Fact]
    public async Task What_a_peer_may_do_is_said_for_each_repository()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var client = site.NewClient("end");
        await client.PairAsync(site.Url, site.Invite(MoverPermissions.Read, MoverSite.Repository), "end", Token);
        await client.PairAsync(site.Url, site.Invite(MoverPermissions.Append, "another"), "end", Token);

        var opened = await client.OpenAsync(site.Url, Token);

        Assert.Equal(MoverPermissions.Read, opened.Allowed);
        Assert.Equal([MoverSite.Repository, "another"], new PeerBook(site.Root).List().Select(peer => peer.Repository));
        await client.PairAsync(site.Url, site.Invite(MoverPermissions.Append), "end", Token);
        Assert.Equal(MoverPermissions.Append, (await client.OpenAsync(site.Url, Token)).Allowed);
        Assert.Null(Assert.Single(new PeerBook(site.Root).List()).Repository);
    }

    [Fact]
    public async Task Whose_answer_was_lost_may_use_his_token_again()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var token = site.Invite(MoverPermissionWords.Default);
        await site.NewClient("first").PairAsync(site.Url, token, "first", Token);

        await site.NewClient("first").PairAsync(site.Url, token, "first", Token);

        Assert.Single(new PeerBook(site.Root).List());
    }

    [Fact]
    public async Task A_token_is_good_for_an_hour()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var site = await MoverSite.StartAsync(Token, clock);
        var token = site.Invite(MoverPermissionWords.Default);
        clock.Advance(InvitationBook.Term);

        var error = await Assert.ThrowsAsync<LonghaulException>(() =>
            site.NewClient("late").PairAsync(site.Url, token, "late", Token)
        );

        Assert.Equal("mover.token", error.Code);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_token()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var stranger = site.NewClient("stranger");
        new KnownMovers(new MoverRoot(RootOf(site, "stranger"))).Pin(
            site.Url.Authority,
            site.Server.Fingerprint,
            site.Clock.GetUtcNow()
        );

        var error = await Assert.ThrowsAsync<LonghaulException>(() => stranger.OpenAsync(site.Url, Token));

        Assert.Equal("mover.not-paired", error.Code);
    }

    [Fact]
    public async Task An_end_that_never_paired_is_refused_before_anything_is_sent()
    {
        await using var site = await MoverSite.StartAsync(Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(() => site.NewClient("new").OpenAsync(site.Url, Token));

        Assert.Equal("mover.not-paired", error.Code);
    }

    [Fact]
    public async Task A_revoked_peer_is_out_at_its_next_call()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var store = (await site.OpenAsync(Token)).Store;
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
        var peers = new PeerBook(site.Root);

        Assert.True(peers.Revoke(Assert.Single(peers.List()).Fingerprint));

        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await store.GetLengthAsync("a", Token));
        Assert.Equal("mover.not-paired", error.Code);
    }

    [Fact]
    public async Task Another_certificate_than_the_pinned_one_is_refused_and_both_are_said()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var client = site.NewClient("end");
        await client.PairAsync(site.Url, site.Invite(MoverPermissionWords.Default), "end", Token);
        var other = Fingerprint.FromBytes(new byte[Fingerprint.Size]);
        new KnownMovers(new MoverRoot(RootOf(site, "end"))).Pin(site.Url.Authority, other, site.Clock.GetUtcNow());

        var error = await Assert.ThrowsAsync<LonghaulException>(() => client.OpenAsync(site.Url, Token));

        Assert.Equal("mover.other-certificate", error.Code);
        Assert.Contains(site.Server.Fingerprint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MoverPermissions.Read)]
    [InlineData(MoverPermissions.Append)]
    [InlineData(MoverPermissions.Read | MoverPermissions.Append)]
    public async Task A_peer_does_what_it_was_invited_to_and_no_more(MoverPermissions allowed)
    {
        await using var site = await MoverSite.StartAsync(Token);
        var store = (await site.OpenAsync(Token, allowed)).Store;

        Assert.Equal(allowed.HasFlag(MoverPermissions.Read), await MayAsync(() => store.GetLengthAsync("a", Token)));
        Assert.Equal(
            allowed.HasFlag(MoverPermissions.Read),
            await MayAsync(() => store.ReadAsync("a", 0, new byte[1], Token))
        );
        Assert.Equal(
            allowed.HasFlag(MoverPermissions.Append),
            await MayAsync(() => store.PutIfAbsentAsync("a", new byte[1], Token))
        );
        Assert.Equal(allowed.HasFlag(MoverPermissions.Append), await MayAsync(() => store.CreateAsync("b", Token)));
        await new DirectoryStore(site.Directory).PutIfAbsentAsync("a", new byte[1], Token);
        Assert.False(await MayAsync(() => store.DeleteAsync("a", Token)));
        Assert.False(await MayAsync(() => store.Protection.UnprotectAsync("a", Token)));
    }

    [Fact]
    public async Task A_repository_that_is_not_for_a_peer_looks_as_if_it_were_not_there()
    {
        await using var site = await MoverSite.StartAsync(Token);
        var client = site.NewClient("end");
        await client.PairAsync(site.Url, site.Invite(MoverPermissionWords.Default, "another"), "end", Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(() => client.OpenAsync(site.Url, Token));

        Assert.Equal("mover.no-repository", error.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("longhaul-mover-1-")]
    [InlineData("longhaul-mover-2-AAAA")]
    [InlineData("password")]
    public void What_is_no_token_is_refused(string text) =>
        Assert.Equal("mover.token", Assert.Throws<LonghaulException>(() => MoverToken.Parse(text)).Code);

    private static string RootOf(MoverSite site, string name) =>
        Path.Combine(Path.GetDirectoryName(site.Root.Path)!, name);

    private static async Task<bool> MayAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            if (await call() is IAsyncDisposable writer)
            {
                await writer.DisposeAsync();
            }

            return true;
        }
        catch (LonghaulException error) when (error.Code == "mover.not-permitted")
        {
            return false;
        }
    }
}
