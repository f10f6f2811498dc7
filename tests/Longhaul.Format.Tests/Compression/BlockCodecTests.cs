using CsCheck;
using Longhaul.Core.Jobs;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Compression;

public sealed class BlockCodecTests
{
    private static readonly Gen<CompressionLevel> s_levels = Gen.OneOf(
        CompressionLevel.Auto,
        CompressionLevel.Fast,
        CompressionLevel.Default,
        CompressionLevel.High
    );

    [Fact]
    public void Block_comes_back_as_it_was()
    {
        using var decoder = new BlockDecoder();
        Gen.Select(s_levels, Gen.Byte[0, 3].Array[2, 5000])
            .Sample(
                (level, raw) =>
                {
                    using var encoder = new BlockEncoder(level);
                    var (stored, back) = (new byte[BlockEncoder.Bound(raw.Length)], new byte[raw.Length]);
                    var length = encoder.Encode(raw, stored);
                    if (length >= 0)
                    {
                        Assert.True(length < raw.Length);
                        Assert.True(decoder.TryDecode(FrameCodec.Zstd, stored.AsSpan(0, length), default, back));
                        Assert.Equal(raw, back);
                    }
                },
                iter: 300,
                threads: 1
            );
    }

    [Fact]
    public void Delta_comes_back_as_it_was_and_only_with_its_base()
    {
        using var decoder = new BlockDecoder();
        Gen.Select(s_levels, Gen.Byte.Array[2000, 9000], Gen.Byte.Array[1, 300], Gen.Int[0, 1000])
            .Sample(
                (level, before, change, at) =>
                {
                    using var encoder = new BlockEncoder(level);
                    var raw = (byte[])before.Clone();
                    change.CopyTo(raw, at);
                    var (stored, back) = (new byte[raw.Length], new byte[raw.Length]);
                    var length = encoder.EncodeDelta(raw, before, stored);

                    Assert.InRange(length, 1, change.Length + 100);
                    var payload = stored.AsSpan(0, length);
                    Assert.True(decoder.TryDecode(FrameCodec.ZstdDelta, payload, before, back));
                    Assert.Equal(raw, back);
                    before[^1] ^= 1;
                    var decoded = decoder.TryDecode(FrameCodec.ZstdDelta, payload, before, back);
                    Assert.False(decoded && back.AsSpan().SequenceEqual(raw));
                },
                iter: 200,
                threads: 1
            );
    }

    [Theory]
    [InlineData(256 << 10, CompressionLevel.Default, 1)]
    [InlineData(1 << 20, CompressionLevel.Fast, 16)]
    [InlineData(1 << 20, CompressionLevel.Default, 1)]
    [InlineData(1 << 20, CompressionLevel.Default, 16)]
    [InlineData(1 << 20, CompressionLevel.Default, 64)]
    [InlineData(1 << 20, CompressionLevel.High, 16)]
    [InlineData(4 << 20, CompressionLevel.Default, 16)]
    public void Scattered_page_costs_what_it_is_and_little_more(int blockSize, CompressionLevel level, int pages)
    {
        var random = new Random(blockSize + pages);
        var before = new byte[blockSize];
        random.NextBytes(before);
        var raw = (byte[])before.Clone();
        var places = Enumerable.Range(0, blockSize / 4096).ToArray();
        random.Shuffle(places);
        foreach (var place in places.Take(pages))
        {
            random.NextBytes(raw.AsSpan(place * 4096, 4096));
        }

        using var encoder = new BlockEncoder(level);
        var length = encoder.EncodeDelta(raw, before, new byte[blockSize]);

        // What the block itself costs whatever changed: below 16 bytes for each of zstd's blocks of 128 KiB.
        var frame = 16 * (blockSize >> 17);
        Assert.InRange(length, pages * 4096, pages * (4096 + 100) + frame);
    }

    [Theory]
    [InlineData(1 << 20, CompressionLevel.Default, 1)]
    [InlineData(1 << 20, CompressionLevel.Fast, 8)]
    [InlineData(4 << 20, CompressionLevel.Default, 1)]
    public void Scattered_page_costs_little_more_in_a_block_that_repeats_itself(
        int blockSize,
        CompressionLevel level,
        int pages
    )
    {
        // Records of 24 bytes of which few bytes differ: every hash is found in thousands of places.
        var random = new Random(blockSize + pages);
        var before = new byte[blockSize];
        for (var at = 0; at + 24 <= blockSize; at += 24)
        {
            before[at] = (byte)random.Next(4);
            before[at + 9] = (byte)random.Next(256);
        }

        var raw = (byte[])before.Clone();
        foreach (var page in Enumerable.Range(0, pages))
        {
            random.NextBytes(raw.AsSpan((page * 16 + 5) * 4096, 4096));
        }

        using var encoder = new BlockEncoder(level);
        using var decoder = new BlockDecoder();
        var (stored, back) = (new byte[blockSize], new byte[blockSize]);
        var length = encoder.EncodeDelta(raw, before, stored);
        Assert.InRange(length, pages * 4096, pages * (4096 + 100) + 16 * (blockSize >> 17));
        Assert.True(decoder.TryDecode(FrameCodec.ZstdDelta, stored.AsSpan(0, length), before, back));
        Assert.Equal(raw, back);
    }

    [Fact]
    public void Delta_of_blocks_that_repeat_themselves_comes_back_as_it_was_whatever_the_lengths()
    {
        using var decoder = new BlockDecoder();
        var edits = Gen.Select(Gen.Int[0, 290_000], Gen.Int[1, 9000], Gen.Int[0, 255], Gen.Bool).Array[0, 12];
        Gen.Select(s_levels, Gen.Int[1, 300_000], Gen.Int[1, 300_000], Gen.Int[1, 40], edits)
            .Sample(
                (level, length, baseLength, period, changes) =>
                {
                    using var encoder = new BlockEncoder(level);
                    var random = new Random(length);
                    byte[] Periodic(int count) =>
                        [.. Enumerable.Range(0, count).Select(at => (byte)(at % period == 0 ? at / 7 % 256 : 0))];
                    var (before, raw) = (Periodic(baseLength), Periodic(length));
                    foreach (var (at, count, value, isRandom) in changes)
                    {
                        var change = raw.AsSpan(Math.Min(at, length))[..Math.Clamp(length - at, 0, count)];
                        change.Fill((byte)value);
                        if (isRandom)
                        {
                            random.NextBytes(change);
                        }
                    }

                    var (stored, back) = (new byte[length], new byte[length]);
                    var encoded = encoder.EncodeDelta(raw, before, stored);
                    if (encoded >= 0)
                    {
                        Assert.True(decoder.TryDecode(FrameCodec.ZstdDelta, stored.AsSpan(0, encoded), before, back));
                        Assert.Equal(raw, back);
                    }
                },
                iter: 300,
                threads: 1
            );
    }

    [Fact]
    public void Block_that_does_not_shrink_is_refused()
    {
        using var encoder = new BlockEncoder(CompressionLevel.Default);
        var raw = new byte[10_000];
        new Random(1).NextBytes(raw);

        Assert.Equal(-1, encoder.Encode(raw, new byte[20_000]));
        Assert.Equal(-1, encoder.Encode(new byte[10_000], new byte[3]));
        Assert.Equal(-1, encoder.Encode([], new byte[10]));
    }

    [Fact]
    public void Level_none_stores_every_block_as_it_is()
    {
        using var encoder = new BlockEncoder(CompressionLevel.None);

        Assert.Equal(-1, encoder.Encode(new byte[10_000], new byte[10_000]));
        Assert.Equal(-1, encoder.EncodeDelta(new byte[10_000], new byte[10_000], new byte[10_000]));
    }

    [Fact]
    public void Damaged_payloads_never_throw_and_never_pass_for_another_length()
    {
        using var encoder = new BlockEncoder(CompressionLevel.Default);
        using var decoder = new BlockDecoder();
        var before = new byte[20_000];
        new Random(2).NextBytes(before.AsSpan(0, 5000));
        var raw = (byte[])before.Clone();
        raw.AsSpan(9000, 500).Fill(7);
        var stored = new byte[raw.Length];
        var payload = stored[..encoder.EncodeDelta(raw, before, stored)];
        var back = new byte[raw.Length];
        Gen.Select(Gen.Int[0, payload.Length - 1], Gen.Byte, Gen.Int[0, payload.Length])
            .Sample(
                (at, value, length) =>
                {
                    var damaged = (byte[])payload.Clone();
                    damaged[at] = value;
                    decoder.TryDecode(FrameCodec.ZstdDelta, damaged, before, back);
                    decoder.TryDecode(FrameCodec.Zstd, damaged, default, back);
                    var whole = decoder.TryDecode(FrameCodec.ZstdDelta, payload.AsSpan(0, length), before, back);
                    Assert.Equal(length == payload.Length, whole);
                },
                iter: 3000,
                threads: 1
            );
        Assert.False(decoder.TryDecode(FrameCodec.ZstdDelta, payload, before, new byte[raw.Length - 1]));
        Assert.False(decoder.TryDecode(FrameCodec.ZstdDelta, payload, before, new byte[raw.Length + 1]));
    }

    [Fact]
    public void Arbitrary_payloads_never_throw()
    {
        using var decoder = new BlockDecoder();
        var back = new byte[100];
        Gen.Select(Gen.Byte[0, 5], Samples.Bytes)
            .Sample(
                (codec, bytes) =>
                {
                    byte[] magic = [0x28, 0xb5, 0x2f, 0xfd, .. bytes];
                    decoder.TryDecode((FrameCodec)codec, bytes, bytes, back);
                    decoder.TryDecode((FrameCodec)codec, magic, bytes, back);
                },
                iter: 20_000,
                threads: 1
            );
    }
}
