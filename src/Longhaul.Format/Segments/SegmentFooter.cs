using System.Buffers.Binary;
using Longhaul.Core;
using Longhaul.Format.Bytes;

namespace Longhaul.Format.Segments;

/// <summary>The last bytes of a sealed segment file: where its frame table stands. Little-endian.</summary>
/// <remarks>
/// <code>
/// off  size  field
///   0     8  table offset
///   8     4  table length
///  12     4  frame count
///  16     8  table checksum  XXH3-64 of the table as stored
///  24    32  identity        SHA-256 over the frame table as first sealed
///  56    16  segment id
///  72     4  generation      as in the preamble
///  76     4  reserved        zero
///  80     8  checksum        XXH3-64 of bytes 0 to 79
///  88     8  magic           SHA-256("Longhaul segment footer v1")[0..8]
/// </code>
/// <para>Source: docs/format.md, section "Segment file". Change the two together.</para>
/// </remarks>
/// <param name="TableOffset">Where the frame table begins, in bytes.</param>
/// <param name="TableLength">Its length as stored, in bytes.</param>
/// <param name="FrameCount">Frames in the table.</param>
/// <param name="TableChecksum">XXH3-64 of the table as stored.</param>
/// <param name="Identity">SHA-256 over the frame table as first sealed.</param>
/// <param name="Segment">The segment's id.</param>
/// <param name="Generation">From <see cref="SegmentPreamble.FirstGeneration"/>.</param>
internal readonly record struct SegmentFooter(
    long TableOffset,
    int TableLength,
    int FrameCount,
    ulong TableChecksum,
    Digest Identity,
    SegmentId Segment,
    int Generation
)
{
    /// <summary>Bytes of the footer.</summary>
    public const int Size = 96;

    /// <summary>Longest frame table that a reader believes, in bytes.</summary>
    public const int MaxTableLength = 1 << 30;

    private const int ChecksumOffset = 80;

    /// <summary>Writes the footer.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        var bytes = destination[..Size];
        bytes.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, TableOffset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], TableLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], FrameCount);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], TableChecksum);
        Identity.CopyTo(bytes[24..]);
        Segment.Value.TryWriteBytes(bytes[56..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[72..], Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ChecksumOffset..], Checksum.Of(bytes[..ChecksumOffset]));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[88..], Magic.SegmentFooter);
    }

    /// <summary>Reads a footer that may be damaged or hostile.</summary>
    /// <param name="source">Exactly <see cref="Size"/> bytes.</param>
    /// <param name="footer">The footer when the method returns true; its numbers are not checked.</param>
    /// <returns>False when the bytes are no footer. Never throws.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentFooter footer)
    {
        footer = default;
        if (
            source.Length != Size
            || BinaryPrimitives.ReadUInt64BigEndian(source[88..]) != Magic.SegmentFooter
            || BinaryPrimitives.ReadUInt64LittleEndian(source[ChecksumOffset..])
                != Checksum.Of(source[..ChecksumOffset])
            || BinaryPrimitives.ReadInt32LittleEndian(source[76..]) != 0
            || !SegmentId.TryRead(source[56..72], out var segment)
        )
        {
            return false;
        }

        footer = new SegmentFooter(
            BinaryPrimitives.ReadInt64LittleEndian(source),
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            new Digest(source[24..56]),
            segment,
            BinaryPrimitives.ReadInt32LittleEndian(source[72..])
        );
        return true;
    }
}
