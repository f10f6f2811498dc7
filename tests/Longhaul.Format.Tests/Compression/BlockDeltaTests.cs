using CsCheck;
using Longhaul.Core.Jobs;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Compression;

/// <summary>What the delta of a block costs that has changed as databases and texts do.</summary>
public sealed class BlockDeltaTests
{
    private const int BlockSize = 1 << 20;
    private const int PageSize = 8192;

    [Theory]
    [InlineData(CompressionLevel.Default, 260)] // 1,400 with a search by one hash
    [InlineData(CompressionLevel.High, 60)]
    public void Record_inserted_in_a_page_costs_little_more_than_itself(CompressionLevel level, int eachAtMost)
    {
        // An index: records of 16 bytes, alike but for a place and a key; what stands behind an inserted one moves.
        var before = Index();
        var raw = (byte[])before.Clone();
        var random = new Random(2);
        const int Pages = 50;
        foreach (var page in Enumerable.Range(0, Pages))
        {
            var at = page * 2 * PageSize + 16 * random.Next(20, 400);
            var end = page * 2 * PageSize + PageSize;
            before.AsSpan(at..(end - 16)).CopyTo(raw.AsSpan(at + 16));
            Record(raw.AsSpan(at, 16), random.Next(1 << 20), random.Next(1 << 22));
        }

        Assert.InRange(Delta(level, raw, before), Pages, Pages * eachAtMost + 256);
    }

    [Fact]
    public void Counters_changed_in_rows_cost_little_more_than_themselves()
    {
        // A table: rows of 120 bytes, most of them blanks; the same row with another number stands at the page's end.
        var random = new Random(3);
        var before = new byte[BlockSize];
        for (var at = 0; at + 120 <= BlockSize; at += 120)
        {
            Row(before.AsSpan(at, 120), at / 120, 0);
        }

        var raw = (byte[])before.Clone();
        const int Rows = 200;
        foreach (var _ in Enumerable.Range(0, Rows))
        {
            var row = random.Next(BlockSize / 120);
            Row(raw.AsSpan(row * 120, 120), row, random.Next(5000));
        }

        Assert.InRange(Delta(CompressionLevel.Default, raw, before), Rows, Rows * 14 + 256);
    }

    [Fact]
    public void Text_that_moved_by_what_was_inserted_costs_what_was_inserted()
    {
        var random = new Random(4);
        var before = Text(random, BlockSize);
        byte[] inserted = Text(random, 2000);
        byte[] raw = [.. before.AsSpan(0, 5000), .. inserted, .. before.AsSpan(5000, BlockSize - 7000)];

        Assert.InRange(Delta(CompressionLevel.Default, raw, before), 1, inserted.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void Few_changed_bytes_cost_little(int changes)
    {
        var before = new byte[BlockSize];
        new Random(5).NextBytes(before);
        var raw = (byte[])before.Clone();
        foreach (var change in Enumerable.Range(0, changes))
        {
            raw[(change * 26_003) + 77] ^= 0x55;
        }

        Assert.InRange(Delta(CompressionLevel.Default, raw, before), 1, 192 + changes * 6);
    }

    [Fact]
    public void Page_that_moved_within_a_block_of_noise_is_found()
    {
        var before = new byte[BlockSize];
        new Random(6).NextBytes(before);
        var raw = (byte[])before.Clone();
        before.AsSpan(300_000, 8192).CopyTo(raw.AsSpan(700_001));

        Assert.InRange(Delta(CompressionLevel.Default, raw, before), 1, 400);
    }

    [Fact]
    public void Delta_of_moved_inserted_and_removed_pieces_comes_back_as_it_was()
    {
        using var decoder = new BlockDecoder();
        var levels = Gen.OneOf(CompressionLevel.Auto, CompressionLevel.Fast, CompressionLevel.High);
        var edits = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 200_000], Gen.Int[0, 200_000], Gen.Int[0, 9000]).Array[0, 15];
        Gen.Select(levels, Gen.Int[1, 200_000], Gen.Int[0, 2], edits)
            .Sample(
                (level, length, content, changes) =>
                {
                    using var encoder = new BlockEncoder(level);
                    var random = new Random(length);
                    var before = content == 0 ? Text(random, length) : new byte[length];
                    if (content == 1)
                    {
                        random.NextBytes(before);
                    }

                    var edited = new List<byte>(before);
                    foreach (var (kind, from, to, count) in changes)
                    {
                        Edit(edited, random, kind, from % (edited.Count + 1), to % (edited.Count + 1), count);
                    }

                    byte[] raw = [.. edited, 1];
                    var (stored, back) = (new byte[raw.Length], new byte[raw.Length]);
                    var encoded = encoder.EncodeDelta(raw, before, stored);
                    Assert.True(encoded < raw.Length);
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
    public void Short_destination_bounds_what_a_delta_costs()
    {
        using var encoder = new BlockEncoder(CompressionLevel.Default);
        var (before, raw) = (Index(), Index());
        new Random(7).NextBytes(raw.AsSpan(40_000, 3000));
        var length = encoder.EncodeDelta(raw, before, new byte[BlockSize]);
        foreach (var room in new[] { 0, 1, 20, length / 2, length - 1 })
        {
            Assert.Equal(-1, encoder.EncodeDelta(raw, before, new byte[room]));
        }

        Assert.InRange(encoder.EncodeDelta(raw, before, new byte[length + 100]), 3000, length);
    }

    [Theory]
    [InlineData(CompressionLevel.Fast)]
    [InlineData(CompressionLevel.Default)]
    [InlineData(CompressionLevel.High)]
    public void Thorough_block_comes_back_as_it_was_and_is_not_longer(CompressionLevel level)
    {
        using var encoder = new BlockEncoder(level);
        using var decoder = new BlockDecoder();
        foreach (var raw in new[] { Index(), Text(new Random(8), 300_000), Text(new Random(9), 500) })
        {
            var (stored, back) = (new byte[raw.Length], new byte[raw.Length]);
            var ordinary = encoder.Encode(raw, stored);
            var thorough = encoder.Encode(raw, stored, Effort.Thorough);
            Assert.InRange(thorough, 1, ordinary);
            Assert.True(decoder.TryDecode(FrameCodec.Zstd, stored.AsSpan(0, thorough), default, back));
            Assert.Equal(raw, back);
        }
    }

    /// <summary>The length of a delta that was seen to come back as it was.</summary>
    private static int Delta(CompressionLevel level, byte[] raw, byte[] before)
    {
        using var encoder = new BlockEncoder(level);
        using var decoder = new BlockDecoder();
        var (stored, back) = (new byte[raw.Length], new byte[raw.Length]);
        var length = encoder.EncodeDelta(raw, before, stored);
        Assert.True(decoder.TryDecode(FrameCodec.ZstdDelta, stored.AsSpan(0, length), before, back));
        Assert.Equal(raw, back);
        return length;
    }

    private static byte[] Index()
    {
        var index = new byte[BlockSize];
        for (var at = 0; at < BlockSize; at += 16)
        {
            Record(index.AsSpan(at, 16), at / 16 / 61, at / 16);
        }

        return index;
    }

    private static void Record(Span<byte> record, int place, int key)
    {
        BitConverter.TryWriteBytes(record[2..], place);
        record[6] = 16;
        BitConverter.TryWriteBytes(record[8..], key);
    }

    private static void Row(Span<byte> row, int id, int balance)
    {
        row.Fill((byte)' ');
        BitConverter.TryWriteBytes(row, id);
        BitConverter.TryWriteBytes(row[8..], balance);
    }

    private static byte[] Text(Random random, int length)
    {
        var words = Enumerable.Range(0, 900).Select(word => $"{word * 7919:x} ").ToArray();
        var text = new System.Text.StringBuilder(length + 10);
        while (text.Length < length)
        {
            text.Append(words[random.Next(words.Length)]);
        }

        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    private static void Edit(List<byte> content, Random random, int kind, int from, int to, int count)
    {
        var taken = Math.Min(count, content.Count - from);
        switch (kind)
        {
            case 0:
                content.RemoveRange(from, taken);
                break;
            case 1:
                content.InsertRange(to, content.GetRange(from, taken));
                break;
            case 2:
                content.InsertRange(to, Enumerable.Repeat((byte)(count % 7), count));
                break;
            default:
                for (var at = from; at < from + taken; at += kind == 3 ? 1 : 17)
                {
                    content[at] = (byte)random.Next(256);
                }

                break;
        }
    }
}
