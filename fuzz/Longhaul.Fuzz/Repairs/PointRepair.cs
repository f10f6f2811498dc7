using System.Buffers.Binary;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;

namespace Longhaul.Fuzz.Repairs;

/// <summary>Makes the checksums and the root of a point file right, so that what lies behind them is reached.</summary>
internal static class PointRepair
{
    private const int PreambleChecksum = PointPreamble.Size - 8;

    /// <summary>A point file whose preamble, tree, dead list, header and footer fit each other as far as they can.</summary>
    /// <param name="input">A point file; what is too short, or has no preamble or header, is left as it is.</param>
    internal static byte[] Run(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var footerOffset = bytes.Length - PointFooter.Size;
        if (footerOffset < PointPreamble.Size)
        {
            return bytes;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(PreambleChecksum),
            Checksum.Of(bytes.AsSpan(0, PreambleChecksum))
        );
        var footer = bytes.AsSpan(footerOffset);
        var headerLength = (int)
            Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(footer[8..]), footerOffset - PointPreamble.Size);
        var headerOffset = footerOffset - headerLength;
        var deadLength = (int)
            Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(footer[12..]), headerOffset - PointPreamble.Size);
        try
        {
            var header = PointHeader.Parser.ParseFrom(bytes, headerOffset, headerLength);
            return Assemble(bytes.AsSpan(0, headerOffset), deadLength, header);
        }
        catch (InvalidProtocolBufferException)
        {
            return bytes;
        }
    }

    private static byte[] Assemble(Span<byte> body, int deadLength, PointHeader header)
    {
        var blockSize = BinaryPrimitives.ReadInt32LittleEndian(body[12..]);
        header.BlockSize = (uint)Math.Max(0, blockSize);
        header.Backup = ByteString.CopyFrom(body[16..32]);
        header.Point = ByteString.CopyFrom(body[32..48]);
        header.Machine = ByteString.CopyFrom(body[48..64]);
        var deadOffset = body.Length - deadLength;
        var deadChecksum = deadLength == 0 ? 0 : Checksum.Of(body[deadOffset..]);
        header.DeadList =
            deadLength == 0
                ? null
                : new Extent
                {
                    Offset = (ulong)deadOffset,
                    Length = (uint)deadLength,
                    Checksum = deadChecksum,
                };
        foreach (var disk in header.Disks.Where(_ => DigestTree.IsBlockSize(blockSize)))
        {
            Fix(body[..deadOffset], disk, blockSize);
        }

        if (header.Disks.All(disk => disk.Root.Length == Digest.Size))
        {
            header.Root = ByteString.CopyFrom(PointFile.RootOf(header).ToBytes());
        }

        var encoded = header.ToByteArray();
        var footer = new PointFooter(
            body.Length,
            encoded.Length,
            Checksum.Of(encoded),
            deadLength == 0 ? 0 : deadOffset,
            deadLength,
            deadChecksum
        );
        var file = new byte[body.Length + encoded.Length + PointFooter.Size];
        body.CopyTo(file);
        encoded.CopyTo(file, body.Length);
        footer.Write(file.AsSpan(body.Length + encoded.Length));
        return file;
    }

    private static void Fix(Span<byte> tables, DiskTable disk, int blockSize)
    {
        if (disk.Size > DigestTree.MaxDiskSize || disk.Top is not { } top)
        {
            return;
        }

        var shape = new TreeShape((long)disk.Size, blockSize);
        disk.Levels = (uint)shape.Levels;
        if (
            top.Offset > int.MaxValue
            || top.Length > TableColumns.MaxLength
            || top.SecondLength > TableColumns.MaxLength
        )
        {
            return;
        }

        var budget = 256;
        var place = Fix(tables, TableExtent.Of(top), shape, shape.Levels, 0, ref budget);
        (top.Checksum, top.SecondChecksum) = (place.Checksum, place.SecondChecksum);
    }

    /// <summary>Makes the checksums below a node right, then its own: the length of a node does not depend on them.</summary>
    private static TableExtent Fix(
        Span<byte> tables,
        TableExtent extent,
        TreeShape shape,
        int level,
        long index,
        ref int budget
    )
    {
        if (extent.Offset < PointPreamble.Size || extent.End > tables.Length || --budget < 0)
        {
            return extent;
        }

        var first = tables.Slice((int)extent.Offset, extent.Length);
        if (
            level > 0
            && TableColumns.TryDecodeNode(
                first,
                extent.Offset,
                shape.ChildrenOf(level, index),
                ofPages: level == 1,
                out var node
            )
        )
        {
            var children = new List<(Digest, TableExtent)>();
            foreach (var slot in Slots.Of(node.Present))
            {
                var below = (index << TreeShape.FanOutLog2) + slot;
                children.Add((node[slot], Fix(tables, node.ExtentOf(slot), shape, level - 1, below, ref budget)));
            }

            var again = TableColumns.EncodeNode(extent.Offset, node.Present, children, ofPages: level == 1);
            if (again.Length == first.Length)
            {
                again.CopyTo(first);
            }
        }

        return extent with
        {
            Checksum = Checksum.Of(first),
            SecondChecksum =
                extent.SecondLength == 0
                    ? extent.SecondChecksum
                    : Checksum.Of(tables.Slice((int)extent.Offset + extent.Length, extent.SecondLength)),
        };
    }
}
