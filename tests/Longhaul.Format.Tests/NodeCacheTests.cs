namespace Longhaul.Format.Tests;

public sealed class NodeCacheTests
{
    [Fact]
    public void Cache_keeps_to_its_capacity_and_drops_the_least_recently_used()
    {
        var cache = new NodeCache(100);
        cache.Add("a", 1, "one", 40);
        cache.Add("a", 2, "two", 40);
        Assert.True(cache.TryGet<string>("a", 1, out _));
        cache.Add("b", 1, "three", 40);
        cache.Add("b", 2, "too large", 101);

        Assert.True(cache.TryGet<string>("a", 1, out var kept));
        Assert.Equal("one", kept);
        Assert.False(cache.TryGet<string>("a", 2, out _));
        Assert.True(cache.TryGet<string>("b", 1, out _));
        Assert.False(cache.TryGet<string>("b", 2, out _));
        Assert.Equal(80, cache.UsedBytes);
    }
}
