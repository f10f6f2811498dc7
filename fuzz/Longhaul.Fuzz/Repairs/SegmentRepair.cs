using System.Buffers.Binary;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Segments;

namespace Longhaul.Fuzz.Repairs;

/// <summary>Makes the checksums of a segment right, so that what lies behind them is reached.</summary>
internal static class SegmentRepair
{
    private const int PreambleChecksum = SegmentPreamble.Size - 8;

    /// <summary>A sealed segment whose preamble, table and footer have the checksums, the places and the identity they must
    /// have.</summary>
    /// <param name="input">A segment; what is too short is left as it is.</param>
    internal static byte[] Sealed(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var footerOffset = bytes.Length - SegmentFooter.Size;
        if (footerOffset < SegmentPreamble.Size || !TryPreamble(bytes, out var segment, out var generation))
        {
            return bytes;
        }

        var footer = bytes.AsSpan(footerOffset);
        var length = (int)
            Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(footer[8..]), footerOffset - SegmentPreamble.Size);
        var offset = footerOffset - length;
        var count = BinaryPrimitives.ReadInt32LittleEndian(footer[12..]);
        var table = bytes.AsSpan(offset, length);
        var identity =
            generation == 1 && FrameTable.TryDecode(table, segment, count, offset, out var decoded)
                ? FrameTable.IdentityOf(decoded.Value.Frames)
                : new Digest(footer[24..56]);
        new SegmentFooter(offset, length, count, Checksum.Of(table), identity, segment, generation).Write(footer);
        return bytes;
    }

    /// <summary>An unsealed segment whose preamble and frames have the checksums they must have, as far as frames follow
    /// each other.</summary>
    /// <param name="input">A segment; what is too short is left as it is.</param>
    internal static byte[] Unsealed(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (bytes.Length < SegmentPreamble.Size || !TryPreamble(bytes, out _, out _))
        {
            return bytes;
        }

        var offset = SegmentPreamble.Size;
        while (bytes.Length - offset >= FrameHeader.Size)
        {
            var header = FrameHeader.SizeOf((FrameCodec)bytes[offset]);
            var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset + 12));
            if (header > bytes.Length - offset || stored > bytes.Length - offset - header)
            {
                break;
            }

            var frame = bytes.AsSpan(offset, header + (int)stored);
            BinaryPrimitives.WriteUInt64LittleEndian(
                frame[16..],
                Checksum.Of(frame[..16], frame[FrameHeader.Size..header], frame[header..])
            );
            offset += frame.Length;
        }

        return bytes;
    }

    private static bool TryPreamble(byte[] bytes, out SegmentId segment, out int generation)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(PreambleChecksum),
            Checksum.Of(bytes.AsSpan(0, PreambleChecksum))
        );
        return SegmentPreamble.TryRead(bytes, out _, out segment, out generation);
    }
}
