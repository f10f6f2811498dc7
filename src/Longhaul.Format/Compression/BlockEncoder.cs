using System.Buffers;
using Longhaul.Core.Jobs;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Compression;

/// <summary>Compresses blocks, alone or as the difference from another block.</summary>
/// <remarks>
/// <para>A delta is a zstd frame that has the other block as prefix, and the shorter of two: one of what the other block has
/// at the same place, and one of what zstd's search finds (<see cref="Search"/> says how it looks and what that costs).</para>
/// <para>The search remembers a place or two for each hash. In a block that repeats itself (tables, index pages, long runs of
/// one byte) those are seldom the same place in the prefix, and one changed page costs up to 100 KiB. The same place alone
/// misses what has moved, by as little as one record that was inserted in a page. And what it leaves tells what kind of
/// search is worth its time.</para>
/// </remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class BlockEncoder : IDisposable
{
    private readonly int _level;
    private readonly FrameCompressor _compressor = new();
    private readonly SamePlaceRuns _runs = new();
    private readonly BlockDecoder _decoder = new();

    /// <summary>Makes an encoder.</summary>
    /// <param name="level">How hard it tries; <see cref="CompressionLevel.None"/> stores every block as it is.</param>
    public BlockEncoder(CompressionLevel level) =>
        _level = level switch
        {
            CompressionLevel.None => 0,
            CompressionLevel.Fast => 1,
            CompressionLevel.Auto or CompressionLevel.Default => 3,
            CompressionLevel.High => 9,
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
        };

    /// <summary>Bytes a destination needs so that every result that is worth keeping fits.</summary>
    /// <param name="rawLength">Bytes of the block.</param>
    public static int Bound(int rawLength) => rawLength;

    /// <summary>Compresses a block alone.</summary>
    /// <param name="raw">The block.</param>
    /// <param name="destination">Where the payload goes; <see cref="Bound"/> bytes are always enough.</param>
    /// <param name="effort">How much time it is worth.</param>
    /// <returns>The payload's length; -1 when it would not be smaller than the block, or does not fit.</returns>
    public int Encode(ReadOnlySpan<byte> raw, Span<byte> destination, Effort effort = Effort.Usual) =>
        Compress(Search.Alone(_level, effort), raw, default, destination);

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

        var longest = Math.Max(raw.Length, baseContent.Length);
        var same = SamePlace(raw, baseContent, destination);
        if (same >= 0 && same <= LeastWorthSearching(raw.Length))
        {
            return same;
        }

        var search = IsNoise(same) ? Search.InNoise(_level, longest) : Search.InBase(_level, longest);
        return same < 0
            ? Compress(search, raw, baseContent, destination)
            : Shorter(search, raw, baseContent, destination[..same]);
    }

    /// <summary>Frees what is not managed.</summary>
    public void Dispose()
    {
        _compressor.Dispose();
        _runs.Dispose();
        _decoder.Dispose();
    }

    /// <summary>A delta that no search makes much shorter: about 16 bytes for each 128 KiB are zstd's own.</summary>
    private static int LeastWorthSearching(int rawLength) => 64 + (rawLength >> 13);

    /// <summary>Whether what differs at its place lies in pages and did not shrink: then little is to be found.</summary>
    /// <remarks>Short pieces (a counter in each row) do not shrink either, with their matches, but are often found elsewhere:
    /// with them taken for noise, the tables of a database cost a sixth more.</remarks>
    private bool IsNoise(int same) =>
        same >= _runs.Literals - _runs.Literals / 16 && _runs.Literals / 1024 >= _runs.Runs.Length;

    /// <summary>Writes a delta of what the base has at the same place.</summary>
    /// <remarks>zstd takes given matches on trust, so what came out is decoded and compared before it is believed.</remarks>
    /// <returns>Its length; -1 when more than half of the block is not there, or it does not fit.</returns>
    private int SamePlace(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> baseContent, Span<byte> destination)
    {
        var room = Math.Min(destination.Length, raw.Length - 1);
        if (!_runs.TryFind(raw, baseContent, Math.Min(room, raw.Length / 2)))
        {
            return -1;
        }

        var search = Search.Given(_level, Math.Max(raw.Length, baseContent.Length));
        var length = _compressor.Compress(search, raw, _runs.Runs, destination[..room]);
        return length >= 0 && IsRight(destination[..length], raw, baseContent) ? length : -1;
    }

    /// <summary>Searches for a shorter delta than the one that fills the destination.</summary>
    /// <returns>The length of the shorter one, which is in the destination.</returns>
    private int Shorter(Search search, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> baseContent, Span<byte> destination)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(destination.Length);
        var length = Compress(search, raw, baseContent, scratch.AsSpan(0, destination.Length - 1));
        scratch.AsSpan(0, Math.Max(0, length)).CopyTo(destination);
        ArrayPool<byte>.Shared.Return(scratch);
        return length >= 0 ? length : destination.Length;
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

    private int Compress(Search search, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        var room = Math.Min(destination.Length, raw.Length - 1);
        return _level == 0 || room <= 0 ? -1 : _compressor.Compress(search, raw, prefix, destination[..room]);
    }
}
