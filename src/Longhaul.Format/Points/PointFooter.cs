using System.Buffers.Binary;
using Longhaul.Format.Bytes;

namespace Longhaul.Format.Points;

/// <summary>The last bytes of a point file: where header and dead list stand. Little-endian.</summary>
/// <remarks>
/// <code>
/// off  size  field
///   0     8  header offset
///   8     4  header length
///  12     4  dead list length    0 when there is none
///  16     8  dead list offset    0 when there is none
///  24     8  header checksum     XXH3-64 of the header as stored
///  32     8  dead list checksum  XXH3-64 of the dead list as stored; 0 when there is none
///  40     8  checksum            XXH3-64 of bytes 0 to 39
///  48     8  magic               SHA-256("Longhaul point footer v1")[0..8]
/// </code>
/// <para>Source: docs/format.md, section "Point file". Change the two together.</para>
/// </remarks>
/// <param name="HeaderOffset">Where the header begins, in bytes.</param>
/// <param name="HeaderLength">Its length as stored.</param>
/// <param name="HeaderChecksum">XXH3-64 of the header as stored.</param>
/// <param name="DeadOffset">Where the dead list begins; 0 when there is none.</param>
/// <param name="DeadLength">Its length; 0 when there is none.</param>
/// <param name="DeadChecksum">XXH3-64 of the dead list; 0 when there is none.</param>
internal readonly record struct PointFooter(
    long HeaderOffset,
    int HeaderLength,
    ulong HeaderChecksum,
    long DeadOffset,
    int DeadLength,
    ulong DeadChecksum
)
{
    /// <summary>Bytes of the footer.</summary>
    public const int Size = 56;

    /// <summary>Longest header or dead list that a reader believes, in bytes.</summary>
    public const int MaxPartLength = 1 << 28;

    private const int ChecksumOffset = 40;

    /// <summary>Writes the footer.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        var bytes = destination[..Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, HeaderOffset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], DeadLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], DeadOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], HeaderChecksum);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], DeadChecksum);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ChecksumOffset..], Checksum.Of(bytes[..ChecksumOffset]));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[48..], Magic.PointFooter);
    }

    /// <summary>Reads a footer that may be damaged or hostile.</summary>
    /// <param name="source">Exactly <see cref="Size"/> bytes.</param>
    /// <param name="footerOffset">Where it stands: everything it names lies before.</param>
    /// <param name="footer">The footer when the method returns true.</param>
    /// <returns>False when the bytes are no footer that fits. Never throws.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, long footerOffset, out PointFooter footer)
    {
        footer = default;
        if (
            source.Length != Size
            || BinaryPrimitives.ReadUInt64BigEndian(source[48..]) != Magic.PointFooter
            || BinaryPrimitives.ReadUInt64LittleEndian(source[ChecksumOffset..])
                != Checksum.Of(source[..ChecksumOffset])
        )
        {
            return false;
        }

        footer = new PointFooter(
            BinaryPrimitives.ReadInt64LittleEndian(source),
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..])
        );
        var deadEnd = footer.HeaderOffset;
        return footer.HeaderLength is >= 0 and <= MaxPartLength
            && footer.HeaderOffset >= PointPreamble.Size
            && footer.HeaderOffset == footerOffset - footer.HeaderLength
            && (
                footer.DeadLength == 0
                    ? footer is { DeadOffset: 0, DeadChecksum: 0 }
                    : footer.DeadLength is > 0 and <= MaxPartLength
                        && footer.DeadOffset >= PointPreamble.Size
                        && footer.DeadOffset == deadEnd - footer.DeadLength
            );
    }
}
