using System.Buffers;
using System.Runtime.Intrinsics;
using ZstdSharp.Unsafe;

namespace Longhaul.Format.Compression;

/// <summary>Finds the stretches of a block that its base has at the same place, as matches of a zstd frame.</summary>
/// <remarks>Memory: 16 bytes for each stretch, rented and given back. Time: one look at block and base.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SamePlaceRuns : IDisposable
{
    /// <summary>Shorter stretches cost about what they save.</summary>
    private const int ShortestRun = 16;

    private ZSTD_Sequence[] _runs = ArrayPool<ZSTD_Sequence>.Shared.Rent(64);
    private int _count;

    /// <summary>The stretches, in order, each with the bytes that stand before it.</summary>
    public ReadOnlySpan<ZSTD_Sequence> Runs => _runs.AsSpan(0, _count);

    /// <summary>Bytes of the block that no stretch covers.</summary>
    public int Literals { get; private set; }

    /// <summary>Looks for them.</summary>
    /// <param name="raw">The block.</param>
    /// <param name="basis">Its base; not empty.</param>
    /// <param name="mostLiterals">Bytes that may be left uncovered.</param>
    /// <returns>False when more are left uncovered than that, or nothing is the same.</returns>
    public bool TryFind(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> basis, int mostLiterals)
    {
        var shared = raw[..Math.Min(raw.Length, basis.Length)];
        var (literals, end, at) = (0, 0, 0);
        _count = 0;
        while (at + ShortestRun <= shared.Length && literals + at - end <= mostLiterals)
        {
            if (Vector128.Create(shared[at..]) != Vector128.Create(basis[at..]))
            {
                at += ShortestRun;
                continue;
            }

            while (at > end && shared[at - 1] == basis[at - 1])
            {
                at--;
            }

            var length = shared[at..].CommonPrefixLength(basis[at..]);
            Add(at - end, length, basis.Length);
            literals += at - end;
            at += length;
            end = at;
        }

        Literals = literals + raw.Length - end;
        return _count > 0 && Literals <= mostLiterals;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<ZSTD_Sequence>.Shared.Return(_runs);
        _runs = [];
    }

    private void Add(int before, int length, int distance)
    {
        if (_count == _runs.Length)
        {
            var larger = ArrayPool<ZSTD_Sequence>.Shared.Rent(_count * 2);
            _runs.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<ZSTD_Sequence>.Shared.Return(_runs);
            _runs = larger;
        }

        // A base stands right before the block: its same place is its own length back.
        _runs[_count++] = new ZSTD_Sequence
        {
            offset = (uint)distance,
            litLength = (uint)before,
            matchLength = (uint)length,
        };
    }
}
