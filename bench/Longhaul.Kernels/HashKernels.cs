using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Kernels;

/// <summary>The digest of a block, beside SHA-256 of the same bytes.</summary>
public class HashKernels
{
    private readonly byte[] _block = SampleBlocks.Code();

    /// <summary>What the system's library takes.</summary>
    [Benchmark(Baseline = true)]
    public byte[] Sha256() => SHA256.HashData(_block);

    /// <summary>Four leaves and the nodes above them.</summary>
    [Benchmark]
    public Digest BlockDigest() => DigestTree.Block(_block, SampleBlocks.BlockSize);
}
