using ZstdSharp.Unsafe;

namespace Longhaul.Format.Compression;

/// <summary>Writes zstd frames: one context, and the parameters of a <see cref="Search"/>.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed unsafe class FrameCompressor : IDisposable
{
    private ZSTD_CCtx_s* _context;

    /// <summary>Makes the context.</summary>
    public FrameCompressor()
    {
        _context = Methods.ZSTD_createCCtx();
        if (_context is null)
        {
            throw new InsufficientMemoryException("No memory for a zstd context.");
        }
    }

    /// <summary>Compresses with matches that zstd looks for.</summary>
    /// <param name="search">How it looks.</param>
    /// <param name="raw">The block; not empty.</param>
    /// <param name="prefix">What matches may reach into, besides the block; empty for none.</param>
    /// <param name="destination">Where the frame goes; not empty.</param>
    /// <returns>The frame's length; -1 when it does not fit.</returns>
    public int Compress(Search search, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        fixed (byte* source = raw)
        fixed (byte* before = prefix)
        fixed (byte* target = destination)
        {
            Prepare(search);
            if (!prefix.IsEmpty)
            {
                Expect(Methods.ZSTD_CCtx_refPrefix(_context, before, (nuint)prefix.Length));
            }

            var length = Methods.ZSTD_compress2(_context, target, (nuint)destination.Length, source, (nuint)raw.Length);
            if (Methods.ZSTD_getErrorCode(length) == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall)
            {
                return -1;
            }

            Expect(length);
            return (int)length;
        }
    }

    /// <summary>Compresses with given matches, which zstd takes on trust.</summary>
    /// <param name="search">The window.</param>
    /// <param name="raw">The block; not empty.</param>
    /// <param name="matches">In order; a distance beyond the place in the block reaches into a prefix.</param>
    /// <param name="destination">Where the frame goes; all of it may be overwritten.</param>
    /// <returns>The frame's length; -1 when zstd refuses them, or it does not fit.</returns>
    public int Compress(
        Search search,
        ReadOnlySpan<byte> raw,
        ReadOnlySpan<ZSTD_Sequence> matches,
        Span<byte> destination
    )
    {
        fixed (byte* source = raw)
        fixed (byte* target = destination)
        fixed (ZSTD_Sequence* given = matches)
        {
            Prepare(search);
            var length = Methods.ZSTD_compressSequences(
                _context,
                target,
                (nuint)destination.Length,
                given,
                (nuint)matches.Length,
                source,
                (nuint)raw.Length
            );
            return Methods.ZSTD_isError(length) ? -1 : (int)length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Methods.ZSTD_freeCCtx(_context);
        _context = null;
    }

    private void Prepare(Search search)
    {
        ObjectDisposedException.ThrowIf(_context is null, this);
        Expect(Methods.ZSTD_CCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_and_parameters));
        Set(ZSTD_cParameter.ZSTD_c_compressionLevel, search.Level);
        Set(ZSTD_cParameter.ZSTD_c_windowLog, search.WindowLog);
        Set(ZSTD_cParameter.ZSTD_c_hashLog, search.HashLog);
        Set(ZSTD_cParameter.ZSTD_c_chainLog, search.ChainLog);
        Set(ZSTD_cParameter.ZSTD_c_searchLog, search.SearchLog);
        Set(ZSTD_cParameter.ZSTD_c_strategy, (int?)search.Way?.Strategy);
        Set(ZSTD_cParameter.ZSTD_c_minMatch, search.Way?.MinMatch);
    }

    private void Set(ZSTD_cParameter parameter, int? value)
    {
        if (value is { } known)
        {
            Expect(Methods.ZSTD_CCtx_setParameter(_context, parameter, known));
        }
    }

    private static void Expect(nuint result)
    {
        if (Methods.ZSTD_isError(result))
        {
            throw new InvalidOperationException($"zstd refused: {Methods.ZSTD_getErrorName(result)}.");
        }
    }
}
