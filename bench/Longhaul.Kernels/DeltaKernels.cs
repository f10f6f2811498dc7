using BenchmarkDotNet.Attributes;
using Longhaul.Core.Jobs;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;

namespace Longhaul.Kernels;

/// <summary>A block as its difference from the version before, and back.</summary>
public class DeltaKernels : IDisposable
{
    private readonly BlockEncoder _encoder = new(CompressionLevel.Auto);
    private readonly BlockDecoder _decoder = new();
    private readonly byte[] _old = SampleBlocks.Code();
    private readonly byte[] _raw = new byte[SampleBlocks.BlockSize];
    private readonly byte[] _stored = new byte[SampleBlocks.BlockSize];
    private readonly byte[] _scratch = new byte[SampleBlocks.BlockSize];
    private byte[] _new = [];
    private int _length;

    /// <summary>Pages of 4 KiB that were overwritten.</summary>
    [Params(1, 32)]
    public int Pages { get; set; }

    /// <summary>Makes what is decoded.</summary>
    [GlobalSetup]
    public void Change()
    {
        _new = SampleBlocks.Changed(_old, Pages);
        _length = _encoder.EncodeDelta(_new, _old, _stored);
    }

    /// <summary>As a changed block is stored.</summary>
    [Benchmark(Baseline = true)]
    public int Encode() => _encoder.EncodeDelta(_new, _old, _scratch);

    /// <summary>As a restore reads it, once it has the version before.</summary>
    [Benchmark]
    public bool Decode() => _decoder.TryDecode(FrameCodec.ZstdDelta, _stored.AsSpan(0, _length), _old, _raw);

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        GC.SuppressFinalize(this);
    }
}
