using Longhaul.Format.Log;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Format.Tests.Log;
using Longhaul.Format.Tests.Points;

namespace Longhaul.Format.Tests.Golden;

/// <summary>The files that docs/format.md explains byte by byte.</summary>
internal static class GoldenSamples
{
    public static byte[] MakeSegment()
    {
        var bytes = new List<byte>(SegmentPreamble.Create(Samples.Backup, Samples.Segment, 1));
        var frames = new List<FrameInfo>
        {
            Append(bytes, 0, FrameCodec.Raw, "raw bytes"u8.ToArray(), null, 0, false),
            Append(bytes, 1, FrameCodec.Zstd, "as zstd"u8.ToArray(), null, 0, true),
            Append(bytes, 2, FrameCodec.ZstdDelta, "delta"u8.ToArray(), new(Samples.OtherSegment, 7), 3, false),
        };
        bytes.AddRange(SegmentTrailer.Build(Samples.Backup, Samples.Segment, 1, bytes.Count, frames).Bytes.Span);
        return [.. bytes];
    }

    private static FrameInfo Append(
        List<byte> file,
        int number,
        FrameCodec codec,
        byte[] payload,
        FrameAddress? baseFrame,
        int depth,
        bool beginsRun
    )
    {
        var header = new byte[FrameHeader.SizeOf(codec)];
        var info = FrameHeader.Write(
            header,
            number,
            file.Count,
            codec,
            codec == FrameCodec.Raw ? payload.Length : 1000,
            payload,
            baseFrame,
            depth,
            beginsRun
        );
        file.AddRange(header);
        file.AddRange(payload);
        return info;
    }

    public static byte[] MakeRecord()
    {
        var (open, sealedPart) = RecordSamples.Make(1, [0, 1, 5]);
        return RecordCodec.Encode(open, sealedPart);
    }

    public static async Task<byte[]> MakePointAsync()
    {
        var stream = new MemoryStream();
        var writer = PointSamples.NewWriter(stream);
        var disk = writer.BeginDisk("disk0", (65 << 20) + 512, true, null);
        foreach (var (page, slot, number) in new[] { (0L, 1, 5), (1L, 1, 10) })
        {
            var content = TablePage.Create([(slot, PointSamples.Entry(number))]);
            await disk.AddPageAsync(page, content, Samples.DigestsOf(content, PointSamples.BlockSize), Samples.Token);
        }

        await disk.EndAsync(Samples.Token);
        foreach (var number in new[] { 6, 7, 8, 20 })
        {
            writer.AddDead(new FrameAddress(Samples.OtherSegment, number));
        }

        var header = new PointHeader
        {
            Sequence = 1,
            CreatedAt = 1_795_312_800_123,
            MachineName = "mail",
            Consistency = Consistency.Crash,
        };
        await writer.FinishAsync(header, Samples.Token);
        return stream.ToArray();
    }
}
