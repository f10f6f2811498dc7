using System.Text.Json.Nodes;
using Longhaul.Core;
using Longhaul.Storage.Leases;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Leases;

public sealed class LeaseTests
{
    private static readonly LeaseOptions s_options = new(LeasePurpose.Writer, "longhaul job run nightly")
    {
        Job = "nightly",
    };

    private readonly MemoryObjectStore _memory = new();
    private readonly FaultyStore _store;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly FakeBootClock _clock = new();
    private readonly LeaseMemory _seen = new();

    public LeaseTests() => _store = new FaultyStore(_memory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly SessionId s_gone = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly SessionId s_again = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly SessionId s_this = new(new Guid(3, 0, 0, new byte[8]));
    private static readonly SessionId s_far = new(new Guid(4, 0, 0, new byte[8]));

    [Fact]
    public async Task A_lease_says_who_holds_it_and_is_gone_when_given_back()
    {
        var lease = await AcquireAsync();

        var found = Assert.Single(await ListAsync());
        Assert.Equal((lease.Id, 1L, true), (found.Id, found.Counter, found.IsAlive));
        Assert.Equal(("longhaul job run nightly", "nightly"), (found.Holder!.Who, found.Holder.Job));
        Assert.Equal(_time.GetUtcNow(), found.Holder.SinceAt);
        Assert.Equal(Environment.ProcessId, found.Holder.ProcessId);
        Assert.True(found.Holds(LeasePurpose.Writer));
        Assert.False(found.Holds(LeasePurpose.Reader));

        await lease.DisposeAsync();
        await lease.DisposeAsync();
        Assert.Empty(await _store.NamesAsync(""));
    }

    [Fact(Timeout = 20_000)]
    public async Task Signs_of_life_come_three_times_a_term_and_leave_one_object()
    {
        var token = TestContext.Current.CancellationToken;
        await using var lease = await Lease.AcquireAsync(_store, s_options, _clock, _time, token);

        await RenewAsync(2);
        Assert.Equal([$"leases/{lease.Id}/00000002"], await _store.NamesAsync(""));
        await RenewAsync(3);
        Assert.Equal([$"leases/{lease.Id}/00000003"], await _store.NamesAsync(""));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_sign_that_cannot_be_given_is_given_the_next_time()
    {
        var token = TestContext.Current.CancellationToken;
        await using var lease = await Lease.AcquireAsync(_store, s_options, _clock, _time, token);
        _store.ErrorInstead(StoreCall.Put, () => Errors.StoreUnreachable("memory"));

        _time.Advance(TimeSpan.FromSeconds(100));
        await UntilAsync(() => lease.LastFailure is not null);
        Assert.Equal("store.unreachable", lease.LastFailure!.Code);

        await RenewAsync(3);
        Assert.Null(lease.LastFailure);
    }

    [Fact]
    public async Task A_lease_of_this_host_is_dead_at_once_when_its_process_is_gone()
    {
        await PutForeignAsync(s_gone, holder => holder["processId"] = int.MaxValue);
        await PutForeignAsync(s_again, holder => holder["processStart"] = 1);
        await PutForeignAsync(s_this, _ => { });

        Assert.Equal(
            [(s_gone, false), (s_again, false), (s_this, true)],
            (await ListAsync()).Select(lease => (lease.Id, lease.IsAlive))
        );
    }

    [Fact]
    public async Task A_lease_of_this_host_from_before_its_restart_is_dead_at_once()
    {
        await PutForeignAsync(s_far, holder => holder["bootId"] = "another boot");

        Assert.False(Assert.Single(await ListAsync()).IsAlive);
    }

    [Fact]
    public async Task A_lease_of_another_host_is_dead_when_its_counter_stood_still_for_its_term()
    {
        await PutForeignAsync(s_far, holder => holder["host"] = "far");
        Assert.True(Assert.Single(await ListAsync()).IsAlive);

        _clock.SinceBoot += TimeSpan.FromSeconds(299);
        Assert.True(Assert.Single(await ListAsync()).IsAlive);
        _clock.SinceBoot += TimeSpan.FromSeconds(1);
        Assert.False(Assert.Single(await ListAsync()).IsAlive);

        await PutForeignAsync(s_far, holder => holder["host"] = "far", counter: 2);
        Assert.True(Assert.Single(await ListAsync()).IsAlive);
    }

    [Fact]
    public async Task What_was_seen_before_the_observers_restart_counts_for_nothing()
    {
        await PutForeignAsync(s_far, holder => holder["host"] = "far");
        await ListAsync();
        _clock.BootId = "next boot";
        _clock.SinceBoot += TimeSpan.FromHours(1);

        Assert.True(Assert.Single(await ListAsync()).IsAlive);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"host\":")]
    [InlineData("[1]")]
    public async Task A_lease_that_cannot_be_read_counts_for_a_term(string content)
    {
        await _store.PutIfAbsentAsync($"leases/{s_far}/00000001", System.Text.Encoding.UTF8.GetBytes(content), Token);

        var found = Assert.Single(await ListAsync());
        Assert.Null(found.Holder);
        Assert.True(found.Holds(LeasePurpose.Reader) && found.Holds(LeasePurpose.Writer));

        _clock.SinceBoot += TimeSpan.FromMinutes(5);
        Assert.False(Assert.Single(await ListAsync()).IsAlive);
    }

    [Theory]
    [InlineData("leases/old/00000001")]
    [InlineData("leases/0123456789abcdef0123456789abcdef/1")]
    [InlineData("leases/readme")]
    public async Task Other_names_are_left_alone(string name)
    {
        await _store.PutIfAbsentAsync(name, "{}"u8.ToArray(), Token);

        Assert.Empty(await ListAsync());
        await new LeaseObserver(_store, _clock, _seen).ClearDeadAsync(Token);
        Assert.Equal([name], await _store.NamesAsync(""));
    }

    [Fact]
    public async Task A_lease_that_cannot_be_given_back_fails_nobody()
    {
        var lease = await AcquireAsync();
        _store.ErrorInstead(StoreCall.Delete, () => Errors.StoreUnreachable("memory"));

        await lease.DisposeAsync();

        Assert.Equal("store.unreachable", lease.LastFailure!.Code);
        Assert.Equal(lease.Id, Assert.Single(await ListAsync()).Id);
    }

    [Fact]
    public async Task Only_the_dead_are_cleared()
    {
        await using var alive = await AcquireAsync();
        await PutForeignAsync(s_gone, holder => holder["processId"] = int.MaxValue);
        await PutForeignAsync(s_far, holder => holder["host"] = "far");

        var cleared = await new LeaseObserver(_store, _clock, _seen).ClearDeadAsync(Token);

        Assert.Equal(s_gone, Assert.Single(cleared).Id);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public void The_boot_clock_of_this_host_goes_on()
    {
        var clock = new BootClock();

        Assert.True(clock.SinceBoot > TimeSpan.Zero);
        Assert.True(Guid.TryParse(clock.BootId, out _));
        Assert.Equal(clock.BootId, new BootClock().BootId);
    }

    private Task<Lease> AcquireAsync() => Lease.AcquireAsync(_store, s_options, _clock, _time, Token);

    private Task<IReadOnlyList<ObservedLease>> ListAsync() => new LeaseObserver(_store, _clock, _seen).ListAsync(Token);

    private async Task PutForeignAsync(SessionId id, Action<JsonObject> change, int counter = 1)
    {
        JsonObject holder;
        await using (var mine = await AcquireAsync())
        {
            holder = JsonNode.Parse(await _store.ContentAsync($"leases/{mine.Id}/00000001"))!.AsObject();
        }

        change(holder);
        var content = System.Text.Encoding.UTF8.GetBytes(holder.ToJsonString());
        Assert.True(await _store.PutIfAbsentAsync($"leases/{id}/{counter:d8}", content, Token));
    }

    // The lease runs on the pool: the time is advanced once, then its effect awaited.
    private async Task RenewAsync(int counter)
    {
        _time.Advance(TimeSpan.FromSeconds(100));
        await UntilAsync(() =>
            _memory.Snapshot().Objects.Keys.ToList() is [var name]
            && name.EndsWith($"/{counter:d8}", StringComparison.Ordinal)
        );
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class FakeBootClock : IBootClock
    {
        public string BootId { get; set; } = new BootClock().BootId;

        public TimeSpan SinceBoot { get; set; } = TimeSpan.FromHours(1);
    }
}
