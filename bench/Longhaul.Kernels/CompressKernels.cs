using BenchmarkDotNet.Attributes;
using Longhaul.Core.Jobs;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;

namespace Longhaul.Kernels;

/// <summary>A block compressed by itself, and back.</summary>
public class CompressKernels : IDisposable
{
    private readonly BlockEncoder _encoder = new(CompressionLevel.Auto);
    private readonly BlockDecoder _decoder = new();
    private readonly byte[] _block = SampleBlocks.Code();
    private readonly byte[] _raw = new byte[SampleBlocks.BlockSize];
    private readonly byte[] _stored = new byte[SampleBlocks.BlockSize];
    private readonly byte[] _scratch = new byte[SampleBlocks.BlockSize];
    private int _length;

    /// <summary>Makes what is decoded.</summary>
    [GlobalSetup]
    public void Compress() => _length = _encoder.Encode(_block, _stored);

    /// <summary>As the blocks of a first full are compressed.</summary>
    [Benchmark]
    public int EncodeQuickly() => _encoder.Encode(_block, _scratch, Effort.Quick);

    /// <summary>As new blocks of an increment are.</summary>
    [Benchmark(Baseline = true)]
    public int Encode() => _encoder.Encode(_block, _scratch);

    /// <summary>As blocks that replace others whole are.</summary>
    [Benchmark]
    public int EncodeThoroughly() => _encoder.Encode(_block, _scratch, Effort.Thorough);

    /// <summary>As a restore reads it.</summary>
    [Benchmark]
    public bool Decode() => _decoder.TryDecode(FrameCodec.Zstd, _stored.AsSpan(0, _length), [], _raw);

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        GC.SuppressFinalize(this);
    }
}
