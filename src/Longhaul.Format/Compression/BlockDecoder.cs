using Longhaul.Format.Segments;
using ZstdSharp.Unsafe;

namespace Longhaul.Format.Compression;

/// <summary>Turns stored payloads back into blocks.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed unsafe class BlockDecoder : IDisposable
{
    private ZSTD_DCtx_s* _context;

    /// <summary>Makes a decoder.</summary>
    public BlockDecoder()
    {
        _context = Methods.ZSTD_createDCtx();
        if (_context is null)
        {
            throw new InsufficientMemoryException("No memory for a zstd context.");
        }
    }

    /// <summary>Decodes a payload that may be damaged or hostile.</summary>
    /// <param name="codec">How it is stored; any value.</param>
    /// <param name="stored">The payload.</param>
    /// <param name="baseContent">The block a delta was made against; ignored otherwise.</param>
    /// <param name="raw">As long as the block is; filled whole when the method returns true, undefined otherwise.</param>
    /// <returns>False when the payload is not exactly such a block. Never throws, and allocates nothing.</returns>
    public bool TryDecode(FrameCodec codec, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> baseContent, Span<byte> raw)
    {
        ObjectDisposedException.ThrowIf(_context is null, this);
        switch (codec)
        {
            case FrameCodec.Raw:
                return stored.Length == raw.Length && stored.TryCopyTo(raw);
            case FrameCodec.Zstd:
                return TryDecompress(stored, default, raw);
            case FrameCodec.ZstdDelta:
                return TryDecompress(stored, baseContent, raw);
            default:
                return false;
        }
    }

    /// <summary>Frees the context.</summary>
    public void Dispose()
    {
        Methods.ZSTD_freeDCtx(_context);
        _context = null;
    }

    private bool TryDecompress(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> prefix, Span<byte> raw)
    {
        fixed (byte* source = stored)
        fixed (byte* before = prefix)
        fixed (byte* target = raw)
        {
            Methods.ZSTD_DCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_and_parameters);
            if (
                !prefix.IsEmpty
                && Methods.ZSTD_isError(Methods.ZSTD_DCtx_refPrefix(_context, before, (nuint)prefix.Length))
            )
            {
                return false;
            }

            var length = Methods.ZSTD_decompressDCtx(_context, target, (nuint)raw.Length, source, (nuint)stored.Length);
            return !Methods.ZSTD_isError(length) && length == (nuint)raw.Length;
        }
    }
}
