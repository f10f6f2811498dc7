using System.Buffers;
using System.Numerics;
using Longhaul.Core.Jobs;
using Longhaul.Format.Segments;
using ZstdSharp.Unsafe;

namespace Longhaul.Format.Compression;

/// <summary>Compresses blocks, alone or as the difference from another block.</summary>
/// <remarks>
/// <para>A delta is a zstd frame that has the other block as prefix. zstd's own parameters for these levels have hash
/// tables too small to remember the whole prefix: measured on random data with level 3 as it is, one changed page of 4 KiB
/// cost 5,201 bytes in a block of 1 MiB and 3.1 MB in one of 4 MiB. With a hash table of a quarter of the window and the
/// plain search it costs 4,226 and 4,513: the page, some 16 bytes for each 128 KiB of the block, and for each further page
/// at most 30 bytes; at 0.3 to 1.5 GB/s of block. Lazier searches save 1 to 2 % of new text and take 5 to 20 times as long;
/// long-distance matching beside the larger table costs time and saves nothing. Level 9 keeps its own search, with the
/// larger table.</para>
/// <para>The search remembers one place per hash. In a block that repeats itself (tables, index pages, long runs of one
/// byte) that is seldom the same place in the prefix, and one changed page costs 10 to 100 KiB. So where what changed at
/// its place is less than what the search came to, the matches are given to zstd as they stand.</para>
/// </remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed unsafe class BlockEncoder : IDisposable
{
    private readonly int _level;
    private readonly SamePlaceRuns _runs = new();
    private readonly BlockDecoder _decoder = new();
    private ZSTD_CCtx_s* _context;

    /// <summary>Makes an encoder.</summary>
    /// <param name="level">How hard it tries; <see cref="CompressionLevel.None"/> stores every block as it is.</param>
    public BlockEncoder(CompressionLevel level)
    {
        _level = level switch
        {
            CompressionLevel.None => 0,
            CompressionLevel.Fast => 1,
            CompressionLevel.Auto or CompressionLevel.Default => 3,
            CompressionLevel.High => 9,
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
        };
        _context = Methods.ZSTD_createCCtx();
        if (_context is null)
        {
            throw new InsufficientMemoryException("No memory for a zstd context.");
        }
    }

    /// <summary>Bytes a destination needs so that every result that is worth keeping fits.</summary>
    /// <param name="rawLength">Bytes of the block.</param>
    public static int Bound(int rawLength) => rawLength;

    /// <summary>Compresses a block alone.</summary>
    /// <param name="raw">The block.</param>
    /// <param name="destination">Where the payload goes; <see cref="Bound"/> bytes are always enough.</param>
    /// <returns>The payload's length; -1 when it would not be smaller than the block, or does not fit.</returns>
    public int Encode(ReadOnlySpan<byte> raw, Span<byte> destination) => Compress(raw, default, destination);

    /// <summary>Compresses a block as the difference from another one.</summary>
    /// <param name="raw">The block.</param>
    /// <param name="baseContent">The other block; the decoder must be given exactly the same.</param>
    /// <param name="destination">Where the payload goes; a short one bounds what a delta may cost.</param>
    /// <returns>The payload's length; -1 when it would not be smaller than the block, or does not fit.</returns>
    public int EncodeDelta(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> baseContent, Span<byte> destination)
    {
        if (baseContent.IsEmpty || _level == 0)
        {
            return -1;
        }

        var length = Compress(raw, baseContent, destination);
        var toBeat = length >= 0 ? length : Math.Min(destination.Length, raw.Length - 1) + 1;
        return
            _runs.TryFind(raw, baseContent, toBeat - SearchedCost(raw.Length))
            && TryEncodeRuns(raw, baseContent, destination[..(toBeat - 1)], out var shorter)
            ? shorter
            : length;
    }

    /// <summary>Frees the context.</summary>
    public void Dispose()
    {
        Methods.ZSTD_freeCCtx(_context);
        _context = null;
        _runs.Dispose();
        _decoder.Dispose();
    }

    /// <summary>What a search that finds every stretch adds to the bytes that changed: about 16 for each 128 KiB.</summary>
    private static int SearchedCost(int rawLength) => 64 + (rawLength >> 13);

    /// <summary>Writes a delta of the stretches found, if that fits.</summary>
    /// <remarks>zstd takes given matches on trust, so what came out is decoded and compared before it is believed.</remarks>
    private bool TryEncodeRuns(
        ReadOnlySpan<byte> raw,
        ReadOnlySpan<byte> baseContent,
        Span<byte> destination,
        out int length
    )
    {
        var scratch = ArrayPool<byte>.Shared.Rent(destination.Length);
        fixed (byte* source = raw)
        fixed (byte* target = scratch)
        fixed (ZSTD_Sequence* runs = _runs.Runs)
        {
            Expect(Methods.ZSTD_CCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_and_parameters));
            Set(ZSTD_cParameter.ZSTD_c_compressionLevel, _level);
            Set(ZSTD_cParameter.ZSTD_c_windowLog, WindowLog(Math.Max(raw.Length, baseContent.Length)));
            var written = Methods.ZSTD_compressSequences(
                _context,
                target,
                (nuint)destination.Length,
                runs,
                (nuint)_runs.Runs.Length,
                source,
                (nuint)raw.Length
            );
            var isShorter =
                !Methods.ZSTD_isError(written) && IsRight(scratch.AsSpan(0, (int)written), raw, baseContent);
            length = isShorter ? (int)written : -1;
            scratch.AsSpan(0, Math.Max(0, length)).CopyTo(destination);
            ArrayPool<byte>.Shared.Return(scratch);
            return isShorter;
        }
    }

    private bool IsRight(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> baseContent)
    {
        var decoded = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            var content = decoded.AsSpan(0, raw.Length);
            return _decoder.TryDecode(FrameCodec.ZstdDelta, payload, baseContent, content)
                && content.SequenceEqual(raw);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(decoded);
        }
    }

    private int Compress(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_context is null, this);
        var room = Math.Min(destination.Length, raw.Length - 1);
        if (_level == 0 || room <= 0)
        {
            return -1;
        }

        fixed (byte* source = raw)
        fixed (byte* before = prefix)
        fixed (byte* target = destination)
        {
            Expect(Methods.ZSTD_CCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_and_parameters));
            Set(ZSTD_cParameter.ZSTD_c_compressionLevel, _level);
            if (!prefix.IsEmpty)
            {
                SetForDelta(Math.Max(raw.Length, prefix.Length));
                Expect(Methods.ZSTD_CCtx_refPrefix(_context, before, (nuint)prefix.Length));
            }

            var length = Methods.ZSTD_compress2(_context, target, (nuint)room, source, (nuint)raw.Length);
            if (Methods.ZSTD_getErrorCode(length) == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall)
            {
                return -1;
            }

            Expect(length);
            return (int)length;
        }
    }

    private void SetForDelta(int longest)
    {
        var window = WindowLog(longest);
        Set(ZSTD_cParameter.ZSTD_c_windowLog, window);
        Set(ZSTD_cParameter.ZSTD_c_hashLog, window - 2);
        if (_level < 9)
        {
            Set(ZSTD_cParameter.ZSTD_c_strategy, (int)ZSTD_strategy.ZSTD_fast);
            Set(ZSTD_cParameter.ZSTD_c_minMatch, _level == 1 ? 5 : 4);
        }
    }

    /// <summary>The window that covers block and prefix together.</summary>
    private static int WindowLog(int longest) => Math.Max(10, BitOperations.Log2((uint)longest) + 2);

    private void Set(ZSTD_cParameter parameter, int value) =>
        Expect(Methods.ZSTD_CCtx_setParameter(_context, parameter, value));

    private static void Expect(nuint result)
    {
        if (Methods.ZSTD_isError(result))
        {
            throw new InvalidOperationException($"zstd refused: {Methods.ZSTD_getErrorName(result)}.");
        }
    }
}
