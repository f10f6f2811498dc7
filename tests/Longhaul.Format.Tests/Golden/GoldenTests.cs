using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using Longhaul.Format.Segments;
using Longhaul.Format.Tests.Log;
using Longhaul.Format.Tests.Points;

namespace Longhaul.Format.Tests.Golden;

/// <summary>Compares what is written with files that never change: a difference is a new format version.</summary>
/// <remarks>On a difference, or where a file is missing, the test fails and shows the hex it got. docs/format.md
/// explains the segment, the record and the point file byte by byte.</remarks>
public sealed class GoldenTests
{
    [Fact]
    public void Segment_is_written_as_ever() => GoldenFile.Compare("segment", GoldenSamples.MakeSegment());

    [Fact]
    public async Task Segment_is_read_as_ever()
    {
        var file = new MemoryByteRange("segments/golden", GoldenFile.Load("segment"));
        var table = await SegmentTable.ReadAsync(file, Samples.Backup, Samples.Segment, Samples.Token);

        Assert.Equal(
            [FrameCodec.Raw, FrameCodec.Zstd, FrameCodec.ZstdDelta],
            table.Frames.Select(frame => frame.Codec)
        );
        Assert.Equal([Samples.OtherSegment], table.Bases);
        Assert.All(
            table.Frames,
            frame =>
                Assert.True(
                    FrameHeader.Verify(GoldenFile.Load("segment").AsSpan((int)frame.Offset, frame.TotalLength), frame)
                )
        );
    }

    [Fact]
    public void Record_is_written_as_ever() => GoldenFile.Compare("record", GoldenSamples.MakeRecord());

    [Fact]
    public void Record_is_read_as_ever()
    {
        var (open, sealedPart, _, _) = RecordCodec.Decode("log/00000001", GoldenFile.Load("record"));

        Assert.Equal(RecordSamples.Make(1, [0, 1, 5]), (open, sealedPart));
    }

    [Fact]
    public async Task Point_file_is_written_as_ever() =>
        GoldenFile.Compare("point", await GoldenSamples.MakePointAsync());

    [Fact]
    public async Task Point_file_is_read_as_ever()
    {
        var file = await PointSamples.OpenAsync(GoldenFile.Load("point"));
        var page = await file.Disks[0].ReadPageAsync(0, Samples.Token);

        Assert.Equal("mail", file.Header.MachineName);
        Assert.Equal(PointSamples.Entry(5), page![1]);
        Assert.Equal(4, (await file.ReadDeadListAsync(Samples.Token)).Values.Single().Sum(run => run.Count));
    }

    [Fact]
    public void Checkpoint_is_written_as_ever() =>
        GoldenFile.Compare("checkpoint", CheckpointCodec.Encode(RecordSamples.MakeCheckpoint()));

    [Fact]
    public void Descriptors_are_written_as_ever()
    {
        var time = new DateTimeOffset(2026, 11, 22, 2, 0, 0, 123, TimeSpan.Zero);
        var backup = new BackupDescriptor(Samples.Backup, 1, 1 << 20, time);
        var repository = new RepositoryDescriptor(
            Samples.Repository,
            1,
            time,
            new Dictionary<string, string> { ["putIfAbsent"] = "link" }
        );

        GoldenFile.Compare("backup.json", backup.Encode());
        GoldenFile.Compare("repository.json", repository.Encode());
    }
}
