using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Format;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Caching;

/// <summary>Files of a cache are right or not there, and the cache stays as large as it may be.</summary>
public sealed class TableCacheTests : IDisposable
{
    private const string Name = "points/one.point";

    private static readonly DateTimeOffset s_start = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _home = new();
    private readonly FakeTimeProvider _clock = new(s_start);
    private readonly MemoryObjectStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_kept_is_read_without_the_store()
    {
        var cache = Cache();
        var content = Bytes(300_000);
        var stored = await StoreAsync(content);
        await KeepAsync(cache, content);

        var found = await cache.FindAsync(HashOf(content), stored, Token);
        Assert.True(await _store.DeleteAsync(Name, Token));
        Assert.Equal(content, await ReadAsync(found));
    }

    [Fact]
    public async Task What_was_deleted_or_cut_between_two_reads_is_read_in_the_store()
    {
        var cache = Cache();
        var content = Bytes(1000);
        var stored = await StoreAsync(content);
        await KeepAsync(cache, content);
        var found = await cache.FindAsync(HashOf(content), stored, Token);
        var file = Assert.Single(Directory.GetFiles(_home["tables"]));

        await File.WriteAllBytesAsync(file, content[..400], Token);
        Assert.Equal(content, await ReadAsync(found));
        File.Delete(file);
        Assert.Equal(content, await ReadAsync(found));
    }

    [Fact]
    public async Task Any_flipped_bit_is_noticed_and_the_file_deleted()
    {
        var cache = Cache();
        var content = Bytes(64);
        var stored = await StoreAsync(content);
        for (var bit = 0; bit < content.Length * 8; bit++)
        {
            await KeepAsync(cache, content);
            var file = Assert.Single(Directory.GetFiles(_home["tables"]));
            var rotten = content.ToArray();
            rotten[bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(file, rotten, Token);

            Assert.Same(stored, await cache.FindAsync(HashOf(content), stored, Token));
            Assert.Empty(Directory.GetFiles(_home["tables"]));
        }
    }

    [Fact]
    public async Task A_draft_that_is_not_kept_leaves_nothing()
    {
        using (var draft = Cache().Begin())
        {
            await draft.WriteAsync(Bytes(1000), Token);
        }

        Assert.Empty(Directory.GetFiles(_home["tables"]));
    }

    [Fact]
    public async Task What_was_used_last_stays_within_the_limit()
    {
        var cache = Cache(limit: 2500);
        var contents = Enumerable.Range(0, 3).Select(seed => Bytes(1000, seed)).ToArray();
        foreach (var content in contents)
        {
            await KeepAsync(cache, content);
            Age(content, _clock.GetUtcNow());
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        // Asking for the oldest makes it the newest.
        await cache.FindAsync(HashOf(contents[0]), await StoreAsync(contents[0]), Token);
        cache.Trim();
        Assert.Equal([true, false, true], contents.Select(IsKept));
    }

    [Fact]
    public async Task What_nobody_asked_for_in_60_days_goes_and_a_lost_draft_after_one()
    {
        var cache = Cache();
        var content = Bytes(1000);
        await KeepAsync(cache, content);
        Age(content, s_start);
        var draft = Path.Combine(_home["tables"], "left.draft");
        await File.WriteAllTextAsync(draft, "left", Token);
        File.SetLastWriteTimeUtc(draft, s_start.UtcDateTime);

        _clock.Advance(TimeSpan.FromHours(23));
        cache.Trim();
        Assert.True(File.Exists(draft));
        _clock.Advance(TimeSpan.FromHours(2));
        cache.Trim();
        Assert.False(File.Exists(draft));
        Assert.True(IsKept(content));

        _clock.Advance(TimeSpan.FromDays(60));
        cache.Trim();
        Assert.False(IsKept(content));
    }

    [Fact]
    public async Task A_file_that_is_brought_is_found_only_if_it_is_the_one_the_log_means()
    {
        var cache = Cache();
        var content = Bytes(700_000);
        var stored = await StoreAsync(content);
        await cache.BringAsync(HashOf(content), stored, Token);
        Assert.NotSame(stored, await cache.FindAsync(HashOf(content), stored, Token));

        var other = HashOf(Bytes(10));
        await cache.BringAsync(other, stored, Token);
        Assert.Same(stored, await cache.FindAsync(other, stored, Token));
        Assert.False(cache.Has(other));
    }

    [Fact]
    public async Task Nothing_is_brought_that_cannot_be_kept()
    {
        await File.WriteAllTextAsync(_home["tables"], "in the way", Token);
        var calls = new FaultyStore(_store);
        var content = Bytes(1000);
        await StoreAsync(content);
        var stored = (await StoredRange.FindAsync(calls, Name, gone: null, Token))!;
        await Cache().BringAsync(HashOf(content), stored, Token);
        Assert.Equal(0, calls.Calls(StoreCall.Read));
    }

    [Fact]
    public async Task A_recorded_file_is_read_again_and_any_bytes_decode_or_are_refused()
    {
        var content = Bytes(1000);
        var recorded = new RecordedRange(await StoreAsync(content));
        var buffer = new byte[100];
        await recorded.ReadAsync(0, buffer.AsMemory(0, 10), Token);
        await recorded.ReadAsync(900, buffer, Token);

        var bytes = recorded.Encode();
        var replayed = RecordedRange.TryDecode(bytes, Name)!;
        Assert.Equal(content.Length, replayed.Length);
        await replayed.ReadAsync(900, buffer, Token);
        Assert.Equal(content[900..], buffer);
        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await replayed.ReadAsync(5, buffer, Token));
        Assert.Equal("data.damaged", error.Code);

        var chance = new Random(3);
        for (var length = 0; length < bytes.Length; length++)
        {
            var other = bytes[..length];
            RecordedRange.TryDecode(other, Name);
            chance.NextBytes(other);
            RecordedRange.TryDecode(other, Name);
        }

        bytes[7] |= 0x80;
        Assert.Null(RecordedRange.TryDecode(bytes, Name));
    }

    public void Dispose() => _home.Dispose();

    private static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Digest HashOf(byte[] content) => new(SHA256.HashData(content));

    private static async Task<byte[]> ReadAsync(IByteRange file)
    {
        var content = new byte[file.Length];
        await file.ReadAsync(0, content, Token);
        return content;
    }

    private static async Task KeepAsync(TableCache cache, byte[] content)
    {
        using var draft = cache.Begin();
        await draft.WriteAsync(content, Token);
        draft.KeepAs(HashOf(content));
    }

    private TableCache Cache(long limit = TableCache.DefaultLimit) => new(_home["tables"], _clock, limit);

    private void Age(byte[] content, DateTimeOffset time) =>
        File.SetLastWriteTimeUtc(PathOf(content), time.UtcDateTime);

    private bool IsKept(byte[] content) => File.Exists(PathOf(content));

    private string PathOf(byte[] content) => Path.Combine(_home["tables"], HashOf(content).ToString());

    private async Task<IByteRange> StoreAsync(byte[] content)
    {
        await _store.DeleteAsync(Name, Token);
        Assert.True(await _store.PutIfAbsentAsync(Name, content, Token));
        return (await StoredRange.FindAsync(_store, Name, gone: null, Token))!;
    }
}
