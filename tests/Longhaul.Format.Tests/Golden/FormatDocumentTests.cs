using System.Buffers.Binary;
using System.Globalization;
using Longhaul.Format.Bytes;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Golden;

/// <summary>Compares docs/format.md with the codecs: tables by reading each field at the place the table gives it.</summary>
public sealed class FormatDocumentTests
{
    private static readonly string[] s_document = File.ReadAllLines(
        Path.Combine(AppContext.BaseDirectory, "format.md")
    );

    [Fact]
    public void Segment_preamble_is_as_documented() =>
        Check(
            "segment preamble",
            SegmentPreamble.Create(Samples.Backup, Samples.Segment, 0x01020304),
            new()
            {
                ["magic"] = Big(Magic.SegmentPreamble),
                ["version"] = "0100",
                ["flags"] = "0000",
                ["generation"] = "04030201",
                ["backup id"] = Hex(Samples.Backup.ToBytes()),
                ["segment id"] = Hex(Samples.Segment.ToBytes()),
                ["salt"] = new string('0', 64),
            },
            SegmentPreamble.Size
        );

    [Fact]
    public void Frame_header_is_as_documented()
    {
        var header = new byte[FrameHeader.DeltaSize];
        var address = new FrameAddress(Samples.OtherSegment, 0x0102);
        FrameHeader.Write(header, 0x010203, 0, FrameCodec.ZstdDelta, 0x020304, new byte[0x0104], address, 5, true);
        Check(
            "frame header",
            header,
            new()
            {
                ["codec"] = "03",
                ["flags"] = "01",
                ["depth"] = "05",
                ["reserved"] = "00",
                ["number"] = "03020100",
                ["raw length"] = "04030200",
                ["stored length"] = "04010000",
                ["base segment"] = Hex(Samples.OtherSegment.ToBytes()),
                ["base number"] = "02010000",
            },
            FrameHeader.DeltaSize
        );
        Assert.Equal(24, FrameHeader.Size);
    }

    [Fact]
    public void Segment_footer_is_as_documented()
    {
        var bytes = new byte[SegmentFooter.Size];
        new SegmentFooter(0x0102, 0x0304, 0x0506, 0x0708, Samples.DigestOf(1), Samples.Segment, 9).Write(bytes);
        Check(
            "segment footer",
            bytes,
            new()
            {
                ["table offset"] = "0201000000000000",
                ["table length"] = "04030000",
                ["frame count"] = "06050000",
                ["table checksum"] = "0807000000000000",
                ["identity"] = Samples.DigestOf(1).ToString(),
                ["segment id"] = Hex(Samples.Segment.ToBytes()),
                ["generation"] = "09000000",
                ["reserved"] = "00000000",
                ["magic"] = Big(Magic.SegmentFooter),
            },
            SegmentFooter.Size
        );
    }

    [Fact]
    public void Point_preamble_is_as_documented()
    {
        var bytes = new byte[PointPreamble.Size];
        new PointPreamble(1 << 20, Samples.Backup, Samples.Point, Samples.Machine, Salt: null).Write(bytes);
        Check(
            "point preamble",
            bytes,
            new()
            {
                ["magic"] = Big(Magic.PointPreamble),
                ["version"] = "0100",
                ["flags"] = "0000",
                ["block size"] = "00001000",
                ["backup id"] = Hex(Samples.Backup.ToBytes()),
                ["point id"] = Hex(Samples.Point.ToBytes()),
                ["machine id"] = Hex(Samples.Machine.ToBytes()),
                ["salt"] = new string('0', 64),
            },
            PointPreamble.Size
        );
    }

    [Fact]
    public void Point_footer_is_as_documented()
    {
        var bytes = new byte[PointFooter.Size];
        new PointFooter(0x0102, 0x0304, 0x0506, 0x0708, 0x090a, 0x0b0c).Write(bytes);
        Check(
            "point footer",
            bytes,
            new()
            {
                ["header offset"] = "0201000000000000",
                ["header length"] = "04030000",
                ["header checksum"] = "0605000000000000",
                ["dead list offset"] = "0807000000000000",
                ["dead list length"] = "0a090000",
                ["dead list checksum"] = "0c0b000000000000",
                ["magic"] = Big(Magic.PointFooter),
            },
            PointFooter.Size
        );
    }

    [Fact]
    public void Record_is_as_documented() =>
        Check(
            "record",
            SealedFile.Record.Encode(null, new byte[0x0102], new byte[0x0304]),
            new()
            {
                ["magic"] = Big(Magic.Record),
                ["version"] = "0100",
                ["flags"] = "0000",
                ["key generation"] = "00000000",
                ["open length"] = "02010000",
                ["sealed length"] = "04030000",
            },
            SealedFile.HeaderSize
        );

    private static void Check(string layout, byte[] bytes, Dictionary<string, string> expected, int size)
    {
        var rows = RowsOf(layout);
        var checksum = rows.SingleOrDefault(row => row.Field == "checksum");
        var end = 0;
        foreach (var (offset, length, field) in rows)
        {
            Assert.Equal(end, offset);
            end = offset + length;
            if (field != "checksum")
            {
                Assert.Equal(expected[field], Hex(bytes.AsSpan(offset, length)));
            }
        }

        Assert.Equal(size, end);
        Assert.Equal(expected.Keys.Order(), rows.Select(row => row.Field).Where(field => field != "checksum").Order());
        if (checksum.Length > 0 && layout != "frame header")
        {
            var stored = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(checksum.Offset));
            Assert.Equal(Checksum.Of(bytes.AsSpan(0, checksum.Offset)), stored);
        }
    }

    private static (int Offset, int Length, string Field)[] RowsOf(string layout) =>
        [
            .. s_document
                .SkipWhile(line => line != $"<!-- layout: {layout} -->")
                .Skip(4)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
                .Select(cells =>
                    (
                        int.Parse(cells[1], CultureInfo.InvariantCulture),
                        int.Parse(cells[2], CultureInfo.InvariantCulture),
                        cells[3]
                    )
                ),
        ];

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string Big(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);
}
