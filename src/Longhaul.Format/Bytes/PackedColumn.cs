using System.Buffers;
using System.Collections.Concurrent;
using Longhaul.Core.Jobs;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Bytes;

/// <summary>A column of a table as it is stored: one byte says how, then the bytes.</summary>
/// <remarks>
/// <code>
/// 0, then the column as it is
/// 1, then the column's length as varint, then one zstd frame
/// </code>
/// <para>Source: docs/format.md, section "Packed columns".</para>
/// </remarks>
/// <threadsafety>Stateless but for pools of contexts, which are bounded by how many threads ever were here at once.</threadsafety>
internal static class PackedColumn
{
    private const byte Plain = 0;
    private const byte Zstd = 1;

    private static readonly ConcurrentBag<BlockEncoder> s_encoders = [];
    private static readonly ConcurrentBag<BlockDecoder> s_decoders = [];

    /// <summary>Packs a column, with zstd where that is smaller.</summary>
    /// <param name="column">The column.</param>
    public static byte[] Pack(ReadOnlySpan<byte> column)
    {
        var prefix = new ByteWriter();
        prefix.Byte(Zstd);
        prefix.Varint((ulong)column.Length);
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, column.Length));
        if (!s_encoders.TryTake(out var encoder))
        {
            encoder = new BlockEncoder(CompressionLevel.Default);
        }

        var length = encoder.Encode(column, rented);
        s_encoders.Add(encoder);
        byte[] packed =
            length >= 0 && prefix.Length + length <= column.Length
                ? [.. prefix.Written.Span, .. rented.AsSpan(0, length)]
                : [Plain, .. column];
        ArrayPool<byte>.Shared.Return(rented);
        return packed;
    }

    /// <summary>Marks a column as stored plain, for columns that zstd cannot make smaller.</summary>
    /// <param name="column">The column.</param>
    public static byte[] Keep(ReadOnlySpan<byte> column) => [Plain, .. column];

    /// <summary>Unpacks a column that may be damaged or hostile.</summary>
    /// <param name="packed">The column as stored.</param>
    /// <param name="limit">Greatest length of the column that is believed, in bytes.</param>
    /// <param name="column">The column when the method returns true.</param>
    /// <returns>False when the bytes are no packed column. Never throws, never allocates more than the limit.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, int limit, out ReadOnlySpan<byte> column)
    {
        column = default;
        var reader = new ByteReader(packed);
        if (!reader.TryByte(out var how) || how > Zstd)
        {
            return false;
        }

        if (how == Plain)
        {
            column = packed[1..];
            return column.Length <= limit;
        }

        if (!reader.TryVarint(limit, out var length) || !reader.TryRaw(reader.Remaining, out var frame))
        {
            return false;
        }

        var bytes = new byte[length];
        if (!s_decoders.TryTake(out var decoder))
        {
            decoder = new BlockDecoder();
        }

        var valid = decoder.TryDecode(FrameCodec.Zstd, frame, default, bytes);
        s_decoders.Add(decoder);
        column = bytes;
        return valid;
    }
}
