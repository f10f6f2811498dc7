using CsCheck;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

public sealed class PowerLossStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_is_there_and_the_call_under_way_is_whole_or_absent()
    {
        using var store = new PowerLossStore();
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
        await store.PutIfAbsentAsync("b", new byte[] { 2, 2 }, Token);
        await store.DeleteAsync("a", Token);

        var left = Enumerable.Range(0, 50).Select(seed => store.AfterPowerLoss(2, seed).Objects.Keys.Order()).ToList();
        Assert.All(left, names => Assert.Contains("a", names));
        Assert.Equal(["a", "a,b"], left.Select(names => string.Join(',', names)).Distinct().Order());
        Assert.Equal(
            ["a,b", "b"],
            Enumerable
                .Range(0, 50)
                .Select(seed => string.Join(',', store.AfterPowerLoss(3, seed).Objects.Keys))
                .Distinct()
                .Order()
        );
        Assert.Equal(["b"], store.AfterPowerLoss(4, seed: 0).Objects.Keys);
    }

    [Fact]
    public async Task An_unfinished_object_keeps_its_watermark_and_is_torn_in_sectors_behind_it()
    {
        using var store = new PowerLossStore();
        await using var writer = await store.CreateAsync("a", Token);
        await writer.WriteAsync(Enumerable.Repeat((byte)1, 700).ToArray(), Token);
        await writer.FlushAsync(Token);
        await writer.WriteAsync(Enumerable.Repeat((byte)2, 2000).ToArray(), Token);

        Gen.Int.Sample(seed =>
        {
            var left = store.AfterPowerLoss(store.Steps.Count + 1, seed).Unfinished["a"];
            var content = left.Content.Span;
            var behind = content[700..].ToArray();
            return left.Watermark == 700
                && content.Length is >= 700 and <= 2700
                && !content[..700].ContainsAnyExcept((byte)1)
                && behind.Take(324).Distinct().Count() <= 1
                && behind.Skip(324).Chunk(512).All(sector => sector.Distinct().Count() == 1);
        });
        var states = Enumerable
            .Range(0, 50)
            .Select(seed => store.AfterPowerLoss(store.Steps.Count + 1, seed).Unfinished["a"].Content)
            .ToList();
        Assert.Contains(states, content => content.Length < 2000);
        Assert.Contains(states, content => content.Length > 1500 && content.Span[1500..].Contains((byte)0));
        Assert.Contains(states, content => content.Length > 1500 && content.Span[1500..].Contains((byte)2));
    }

    [Fact]
    public async Task An_object_never_flushed_may_be_gone_and_a_completion_under_way_either_way()
    {
        using var store = new PowerLossStore();
        await using var writer = await store.CreateAsync("a", Token);
        await writer.WriteAsync(new byte[] { 1 }, Token);
        await writer.CompleteAsync(Token);

        var before = Enumerable.Range(0, 50).Select(seed => store.AfterPowerLoss(2, seed)).ToList();
        var during = Enumerable.Range(0, 50).Select(seed => store.AfterPowerLoss(3, seed)).ToList();

        Assert.All(before, left => Assert.Empty(left.Objects));
        Assert.Equal([0, 1], before.Select(left => left.Unfinished.Count).Distinct().Order());
        Assert.Equal([0, 1], during.Select(left => left.Objects.Count).Distinct().Order());
        Assert.All(during.Where(left => left.Objects.Count == 1), left => Assert.Empty(left.Unfinished));
        Assert.Equal([1], store.AfterPowerLoss(4, seed: 0).Objects["a"].ToArray());
    }

    [Fact]
    public async Task The_same_seed_shows_the_same()
    {
        using var store = new PowerLossStore();
        await using var writer = await store.CreateAsync("a", Token);
        await writer.WriteAsync(new byte[5000], Token);

        Assert.Equal(
            store.AfterPowerLoss(2, 7).Unfinished.Select(pair => pair.Value.Content.Length),
            store.AfterPowerLoss(2, 7).Unfinished.Select(pair => pair.Value.Content.Length)
        );
    }

    [Fact]
    public async Task A_fork_of_a_memory_store_goes_its_own_way()
    {
        var store = new MemoryObjectStore();
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
        await using var writer = await store.CreateAsync("b", Token);
        await writer.WriteAsync(new byte[] { 1, 2 }, Token);

        var fork = new MemoryObjectStore(store.Snapshot());
        await store.DeleteAsync("a", Token);
        await writer.WriteAsync(new byte[] { 3 }, Token);
        await using var reopened = await fork.ReopenAsync("b", 2, Token);

        Assert.Equal([1], await fork.ContentAsync("a"));
        Assert.Equal(2, reopened!.Length);
    }
}
