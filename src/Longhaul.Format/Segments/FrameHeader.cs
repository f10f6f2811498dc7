using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Longhaul.Format.Segments;

/// <summary>The header before every frame's payload: 24 bytes, and 20 more for a delta. Little-endian.</summary>
/// <remarks>
/// <code>
/// off  size  field
///   0     1  codec          1 raw, 2 zstd, 3 zstd delta
///   1     1  flags          bit 0: begins a run of deltas; others zero
///   2     1  depth          0 without base, else 1 to 64
///   3     1  reserved       zero
///   4     4  number         0 to 2^20 - 1
///   8     4  raw length     bytes of the block, 1 to 4 MiB
///  12     4  stored length  bytes of the payload, 1 to raw length + 64
///  16     8  checksum       XXH3-64 of bytes 0 to 15, bytes 24 on of the header, and the payload
///  24    16  base segment   deltas only
///  40     4  base number    deltas only
/// </code>
/// <para>Source: docs/format.md, section "Frame". Change the two together.</para>
/// </remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class FrameHeader
{
    /// <summary>Bytes of a header without base.</summary>
    public const int Size = 24;

    /// <summary>Bytes of a delta's header.</summary>
    public const int DeltaSize = Size + SegmentId.Size + sizeof(int);

    /// <summary>Longest chain of deltas.</summary>
    public const int MaxDepth = 64;

    /// <summary>Greatest frame number.</summary>
    public const int MaxNumber = (1 << 20) - 1;

    /// <summary>Longest block, in bytes.</summary>
    public const int MaxRawLength = 4 << 20;

    /// <summary>By how many bytes a payload may be longer than its block: room for nonce and tag.</summary>
    public const int MaxOverhead = 64;

    private const int ChecksumOffset = 16;
    private const byte BeginsRunFlag = 1;

    /// <summary>Bytes of a frame's header.</summary>
    /// <param name="codec">The frame's codec.</param>
    public static int SizeOf(FrameCodec codec) => codec == FrameCodec.ZstdDelta ? DeltaSize : Size;

    /// <summary>Writes a frame's header; the payload goes behind it.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <param name="number">0 to <see cref="MaxNumber"/>, above every earlier one of the segment.</param>
    /// <param name="offset">Where in the file the header will stand.</param>
    /// <param name="codec">How the payload is stored.</param>
    /// <param name="rawLength">Bytes of the block, 1 to <see cref="MaxRawLength"/>.</param>
    /// <param name="payload">The payload as stored.</param>
    /// <param name="baseFrame">The base; given exactly for a delta.</param>
    /// <param name="depth">0 without base, else 1 to <see cref="MaxDepth"/>.</param>
    /// <param name="beginsRun">Whether the present run of deltas of that block begins here.</param>
    /// <returns>The frame as the segment's table will name it.</returns>
    /// <exception cref="ArgumentException">The arguments are no valid frame.</exception>
    public static FrameInfo Write(
        Span<byte> destination,
        int number,
        long offset,
        FrameCodec codec,
        int rawLength,
        ReadOnlySpan<byte> payload,
        FrameAddress? baseFrame,
        int depth,
        bool beginsRun
    )
    {
        var info = new FrameInfo(number, offset, codec, payload.Length, rawLength, 1, baseFrame, depth, beginsRun);
        if (!IsValid(info))
        {
            throw new ArgumentException($"{info} is no valid frame.");
        }

        var header = destination[..SizeOf(codec)];
        header.Clear();
        header[0] = (byte)codec;
        header[1] = beginsRun ? BeginsRunFlag : (byte)0;
        header[2] = (byte)depth;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], number);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], rawLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], payload.Length);
        if (baseFrame is { } address)
        {
            address.Segment.Value.TryWriteBytes(header[Size..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt32LittleEndian(header[40..], address.Number);
        }

        var checksum = Bytes.Checksum.Of(header[..ChecksumOffset], header[Size..], payload);
        BinaryPrimitives.WriteUInt64LittleEndian(header[ChecksumOffset..], checksum);
        return info with { Checksum = checksum };
    }

    /// <summary>Reads a header that may be damaged or hostile. The payload is not looked at.</summary>
    /// <param name="source">Any length; only the header is read.</param>
    /// <param name="segment">The segment it stands in: a delta's base is never the frame itself.</param>
    /// <param name="offset">Where in the file the header stands.</param>
    /// <param name="info">The frame when the method returns true.</param>
    /// <returns>False when the bytes are no valid header. Never throws.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> source,
        SegmentId segment,
        long offset,
        [NotNullWhen(true)] out FrameInfo? info
    )
    {
        info = null;
        if (source.Length < Size || source.Length < SizeOf((FrameCodec)source[0]) || offset < 0)
        {
            return false;
        }

        var codec = (FrameCodec)source[0];
        FrameAddress? baseFrame = null;
        if (codec == FrameCodec.ZstdDelta)
        {
            if (!SegmentId.TryRead(source[Size..40], out var baseSegment))
            {
                return false;
            }

            baseFrame = new FrameAddress(baseSegment, BinaryPrimitives.ReadInt32LittleEndian(source[40..]));
        }

        var candidate = new FrameInfo(
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            offset,
            codec,
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[ChecksumOffset..]),
            baseFrame,
            source[2],
            (source[1] & BeginsRunFlag) != 0
        );
        if ((source[1] & ~BeginsRunFlag) != 0 || source[3] != 0 || !IsValid(candidate))
        {
            return false;
        }

        info = baseFrame == new FrameAddress(segment, candidate.Number) ? null : candidate;
        return info is not null;
    }

    /// <summary>Reads a header that stands at the beginning of <paramref name="source"/>'s file: offset 0.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, SegmentId, long, out FrameInfo?)"/>
    public static bool TryRead(ReadOnlySpan<byte> source, SegmentId segment, [NotNullWhen(true)] out FrameInfo? info) =>
        TryRead(source, segment, 0, out info);

    /// <summary>Whether a frame as read is the one that was written. Needs no key.</summary>
    /// <param name="headerAndPayload">The bytes from <see cref="FrameInfo.Offset"/> to <see cref="FrameInfo.EndOffset"/>.</param>
    /// <param name="info">The frame as a table or an earlier look at the header names it.</param>
    /// <returns>False when anything differs. Never throws.</returns>
    public static bool Verify(ReadOnlySpan<byte> headerAndPayload, FrameInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (
            headerAndPayload.Length != info.TotalLength
            || !TryRead(headerAndPayload, default, info.Offset, out var read)
        )
        {
            return false;
        }

        var header = headerAndPayload[..info.HeaderLength];
        return read == info
            && info.Checksum
                == Bytes.Checksum.Of(header[..ChecksumOffset], header[Size..], headerAndPayload[info.HeaderLength..]);
    }

    /// <summary>Whether the fields of a frame are in range and fit together.</summary>
    /// <param name="info">The frame, from anywhere.</param>
    internal static bool IsValid(FrameInfo info)
    {
        var isDelta = info.Codec == FrameCodec.ZstdDelta;
        return info.Codec is FrameCodec.Raw or FrameCodec.Zstd or FrameCodec.ZstdDelta
            && info.Number is >= 0 and <= MaxNumber
            && info.RawLength is > 0 and <= MaxRawLength
            && info.StoredLength > 0
            && info.StoredLength <= info.RawLength + MaxOverhead
            && (info.Codec != FrameCodec.Raw || info.StoredLength >= info.RawLength)
            && info.Checksum != 0
            && isDelta == info.Base is not null
            && (isDelta ? info.Depth is >= 1 and <= MaxDepth : info.Depth == 0)
            && info.Base is not { Number: < 0 or > MaxNumber }
            && info.Base is not { Segment.IsEmpty: true };
    }
}
