using CsCheck;
using Longhaul.Core;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Segments;

public sealed class SegmentFileTests
{
    private const string File = "segments/a.1.seg";

    [Fact]
    public async Task Sealed_segment_reads_back_as_written()
    {
        await Gen.Int[0, 40]
            .SampleAsync(
                async count =>
                {
                    var (bytes, table) = Make(count);
                    var read = await ReadAsync(bytes);

                    Assert.Equal(table.Identity, read.Identity);
                    Assert.Equal(table.Bases, read.Bases);
                    Assert.Equal(count, read.Frames.Count);
                    Assert.All(read.Frames, frame => Assert.True(IsWhole(bytes, frame)));
                    Assert.All(read.Frames, frame => Assert.Same(frame, read.Find(frame.Number)));
                    Assert.Null(read.Find(count));
                },
                iter: 40
            );
    }

    [Fact]
    public async Task Any_one_flipped_bit_outside_the_payloads_is_noticed()
    {
        var (bytes, _) = Make(6);
        var frames = (await ReadAsync(bytes)).Frames;
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = Samples.Flip(bytes, bit);
            var refused = await Samples.IsRefusedAsync(File, () => ReadAsync(damaged));
            Assert.True(refused || frames.Any(frame => !IsWhole(damaged, frame)), $"bit {bit}");
        }
    }

    [Fact]
    public async Task Truncated_and_spliced_segments_are_refused()
    {
        var (one, _) = Make(6);
        var (other, _) = Make(9);
        for (var length = 0; length < one.Length; length++)
        {
            Assert.True(await Samples.IsRefusedAsync(File, () => ReadAsync(one[..length])), $"cut at {length}");
        }

        // Both begin with the same frames, so a cut among these makes the other file and nothing spliced.
        for (var cut = (int)(await ReadAsync(one)).Frames[^1].EndOffset + 1; cut < one.Length; cut++)
        {
            byte[] spliced = [.. one[..cut], .. other[^(one.Length - cut)..]];
            var refused = await Samples.IsRefusedAsync(File, () => ReadAsync(spliced));
            Assert.True(refused || spliced.AsSpan().SequenceEqual(one), $"spliced at {cut}");
            Assert.True(await Samples.IsRefusedAsync(File, () => ReadAsync([.. one, .. other[cut..]])));
        }
    }

    [Fact]
    public async Task Segment_of_another_backup_or_id_is_refused()
    {
        var file = new MemoryByteRange(File, Make(2).Bytes);

        await Assert.ThrowsAsync<LonghaulException>(async () =>
            await SegmentTable.ReadAsync(file, Samples.Backup, Samples.OtherSegment, Samples.Token)
        );
        await Assert.ThrowsAsync<LonghaulException>(async () =>
            await SegmentTable.ReadAsync(file, new BackupId(Samples.Segment.Value), Samples.Segment, Samples.Token)
        );
    }

    [Fact]
    public async Task Newer_version_and_unknown_feature_are_refused_with_their_number()
    {
        var (bytes, _) = Make(1);
        bytes[8] = 7;
        var newer = await Assert.ThrowsAsync<LonghaulException>(() => ReadAsync(bytes));
        bytes[8] = 1;
        bytes[10] = 2;
        var unknown = await Assert.ThrowsAsync<LonghaulException>(() => ReadAsync(bytes));

        Assert.Equal(("format.unsupported", 7L), (newer.Code, newer.Details["number"]));
        Assert.Equal(("format.unsupported", 2L), (unknown.Code, unknown.Details["number"]));
    }

    [Fact]
    public async Task Compacted_segment_keeps_numbers_and_identity()
    {
        var (bytes, first) = Make(10);
        var live = (await ReadAsync(bytes)).Frames.Where(frame => frame.Number % 3 == 0).ToArray();
        var file = new List<byte>(SegmentPreamble.CreateAgain(bytes.AsSpan(0, SegmentPreamble.Size), 2));
        Assert.Equal(SegmentPreamble.Create(Samples.Backup, Samples.Segment, 2), file);
        Assert.Throws<ArgumentException>(() => SegmentPreamble.CreateAgain(bytes.AsSpan(0, SegmentPreamble.Size), 1));
        var moved = new List<FrameInfo>();
        foreach (var frame in live)
        {
            moved.Add(frame with { Offset = file.Count });
            file.AddRange(bytes.AsSpan((int)frame.Offset, frame.TotalLength));
        }

        var table = SegmentTrailer.Build(Samples.Backup, Samples.Segment, 2, file.Count, moved, first.Identity);
        file.AddRange(table.Bytes.Span);
        var read = await ReadAsync([.. file]);

        Assert.Equal(first.Identity, read.Identity);
        Assert.Equal([0, 3, 6, 9], read.Frames.Select(frame => frame.Number));
        Assert.All(read.Frames, frame => Assert.True(IsWhole([.. file], frame)));
    }

    [Fact]
    public void Table_costs_at_most_sixteen_bytes_a_frame()
    {
        var random = new Random(7);
        var frames = new List<FrameInfo>();
        var offset = (long)SegmentPreamble.Size;
        for (var number = 0; number < 1000; number++)
        {
            var isDelta = number % 3 != 0;
            frames.Add(
                new FrameInfo(
                    number,
                    offset,
                    isDelta ? FrameCodec.ZstdDelta : FrameCodec.Zstd,
                    random.Next(1000, 900_000),
                    1 << 20,
                    (ulong)random.NextInt64(1, long.MaxValue),
                    isDelta ? new FrameAddress(Samples.SegmentOf(random.Next(4)), random.Next(1000)) : null,
                    isDelta ? random.Next(1, 30) : 0,
                    false
                )
            );
            offset = frames[^1].EndOffset;
        }

        var table = SegmentTrailer.Build(Samples.Backup, Samples.Segment, 1, offset, frames);

        Assert.InRange((table.Bytes.Length - SegmentFooter.Size) / 1000.0, 8, 16);
    }

    [Fact]
    public async Task Unsealed_segment_yields_its_whole_frames_up_to_the_watermark()
    {
        var (bytes, _) = Make(8);
        var frames = (await ReadAsync(bytes)).Frames;
        for (var watermark = 0; watermark <= frames[^1].EndOffset; watermark += 3)
        {
            var whole = await ScanAsync(bytes, watermark);
            Assert.Equal(frames.Where(frame => frame.EndOffset <= watermark), whole);
        }

        Assert.Equal(frames, await ScanAsync(bytes, long.MaxValue));
    }

    [Fact]
    public async Task Unsealed_segment_ends_at_the_first_damaged_frame()
    {
        var (bytes, _) = Make(8);
        var frames = (await ReadAsync(bytes)).Frames;
        bytes[(int)frames[5].PayloadOffset] ^= 1;

        Assert.Equal(frames.Take(5), await ScanAsync(bytes, bytes.Length));
    }

    [Fact]
    public void Preamble_notices_every_flipped_bit_and_survives_any_bytes()
    {
        var preamble = SegmentPreamble.Create(Samples.Backup, Samples.Segment, 3);

        Assert.True(SegmentPreamble.TryRead(preamble, out var backup, out var segment, out var generation));
        Assert.Equal((Samples.Backup, Samples.Segment, 3), (backup, segment, generation));
        for (var bit = 0; bit < preamble.Length * 8; bit++)
        {
            Assert.False(SegmentPreamble.TryRead(Samples.Flip(preamble, bit), out _, out _, out _), $"bit {bit}");
        }

        Samples.Bytes.Sample(bytes => Assert.False(SegmentPreamble.TryRead(bytes, out _, out _, out _)), iter: 2000);
    }

    [Fact]
    public void Arbitrary_tables_never_throw()
    {
        var packed = Gen.Select(Gen.OneOf<byte>(0, 1), Samples.Bytes, (how, bytes) => (byte[])[how, .. bytes]);
        Gen.Select(packed, Gen.Int[-1, 20])
            .Sample(
                (bytes, count) =>
                {
                    if (FrameTable.TryDecode(bytes, Samples.Segment, count, long.MaxValue, out var decoded))
                    {
                        Assert.Equal(count, decoded.Value.Frames.Length);
                    }
                },
                iter: 20_000
            );
    }

    [Fact]
    public void Mutated_tables_never_throw_and_never_hide_a_frame_outside_the_file()
    {
        var (bytes, sealedTable) = Make(12);
        var end = bytes.Length - sealedTable.Bytes.Length;
        var table = sealedTable.Bytes[..^SegmentFooter.Size].ToArray();
        Gen.Select(Gen.Int[0, table.Length - 1], Gen.Byte, Gen.Int[0, table.Length - 1], Gen.Byte)
            .Sample(
                (first, one, second, other) =>
                {
                    var mutated = (byte[])table.Clone();
                    (mutated[first], mutated[second]) = (one, other);
                    if (FrameTable.TryDecode(mutated, Samples.Segment, 12, end, out var decoded))
                    {
                        Assert.All(decoded.Value.Frames, frame => Assert.InRange(frame.EndOffset, 0, end));
                    }
                },
                iter: 20_000
            );
    }

    /// <summary>A sealed segment of small frames of all codecs.</summary>
    internal static (byte[] Bytes, SealedTable Table) Make(int count)
    {
        var file = new MemoryStream();
        file.Write(SegmentPreamble.Create(Samples.Backup, Samples.Segment, 1));
        var frames = new List<FrameInfo>();
        for (var number = 0; number < count; number++)
        {
            var payload = Samples.DigestOf(number).ToBytes()[..(1 + number % 20)];
            var (bytes, info) = FrameHeaderTests.Write(
                number,
                (FrameCodec)(1 + number % 3),
                payload,
                1 + number,
                number % 2 == 0,
                file.Length
            );
            file.Write(bytes);
            frames.Add(info);
        }

        var table = SegmentTrailer.Build(Samples.Backup, Samples.Segment, 1, file.Length, frames);
        file.Write(table.Bytes.Span);
        return (file.ToArray(), table);
    }

    private static bool IsWhole(byte[] bytes, FrameInfo frame) =>
        frame.EndOffset <= bytes.Length
        && FrameHeader.Verify(bytes.AsSpan((int)frame.Offset, frame.TotalLength), frame);

    private static async Task<SegmentTable> ReadAsync(byte[] bytes) =>
        await SegmentTable.ReadAsync(new MemoryByteRange(File, bytes), Samples.Backup, Samples.Segment, Samples.Token);

    private static async Task<IReadOnlyList<FrameInfo>> ScanAsync(byte[] bytes, long watermark) =>
        await UnsealedSegment.ScanAsync(
            new MemoryByteRange(File, bytes),
            Samples.Backup,
            Samples.Segment,
            watermark,
            Samples.Token
        );
}
