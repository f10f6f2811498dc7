using BenchmarkDotNet.Attributes;
using Longhaul.Core;
using Longhaul.Format.Segments;

namespace Longhaul.Kernels;

/// <summary>The frame table of a segment of 1 GiB that is full of deltas.</summary>
public class FrameTableKernels
{
    private static readonly BackupId s_backup = BackupId.New();
    private static readonly SegmentId s_segment = SegmentId.New();
    private static readonly SegmentId s_base = SegmentId.New();

    private FrameInfo[] _frames = [];
    private long _end;
    private MemoryRange _file = new(default);

    /// <summary>Frames in the segment; the second is where the writer seals it at the latest.</summary>
    [Params(1024, 65536)]
    public int Frames { get; set; }

    /// <summary>Makes what is read.</summary>
    [GlobalSetup]
    public void Seal()
    {
        var chance = new Random(1);
        _frames = new FrameInfo[Frames];
        _end = SegmentPreamble.Size;
        for (var number = 0; number < Frames; number++)
        {
            _frames[number] = new FrameInfo(
                number,
                _end,
                FrameCodec.ZstdDelta,
                chance.Next(100, 5000),
                SampleBlocks.BlockSize,
                (ulong)chance.NextInt64(1, long.MaxValue),
                new FrameAddress(s_base, number * 2),
                1,
                BeginsRun: true
            );
            _end = _frames[number].EndOffset;
        }

        var trailer = SegmentTrailer.Build(s_backup, s_segment, SegmentPreamble.FirstGeneration, _end, _frames);
        var file = new byte[_end + trailer.Bytes.Length];
        SegmentPreamble.Create(s_backup, s_segment, SegmentPreamble.FirstGeneration).CopyTo(file, 0);
        trailer.Bytes.CopyTo(file.AsMemory((int)_end));
        _file = new MemoryRange(file);
    }

    /// <summary>As a segment is sealed, read back and compared.</summary>
    [Benchmark]
    public Digest Build() =>
        SegmentTrailer.Build(s_backup, s_segment, SegmentPreamble.FirstGeneration, _end, _frames).Identity;

    /// <summary>As a segment is opened.</summary>
    [Benchmark]
    public async Task<Digest> ReadAsync() =>
        (
            await SegmentTable.ReadAsync(_file, s_backup, s_segment, CancellationToken.None).ConfigureAwait(false)
        ).Identity;
}
