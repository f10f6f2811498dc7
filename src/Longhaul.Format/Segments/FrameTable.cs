using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Format.Bytes;

namespace Longhaul.Format.Segments;

/// <summary>The frame table of a sealed segment: its fields as columns, zstd where smaller, and the checksums as they are.</summary>
/// <remarks>Source: docs/format.md, section "Frame table". Change the two together.</remarks>
/// <threadsafety>Stateless.</threadsafety>
internal static class FrameTable
{
    // Ten varints of at most nine bytes are far more than any frame needs.
    private const int MaxBytesPerFrame = 64;
    private const int BeginsRunBit = 0x80;

    /// <summary>Encodes a table.</summary>
    /// <param name="segment">The segment whose frames these are.</param>
    /// <param name="frames">By ascending number and offset.</param>
    /// <param name="bases">Out of <see cref="BasesOf"/>.</param>
    public static byte[] Encode(SegmentId segment, IReadOnlyList<FrameInfo> frames, IReadOnlyList<SegmentId> bases)
    {
        var columns = new ByteWriter();
        columns.Varint((ulong)bases.Count);
        foreach (var id in bases)
        {
            columns.Raw(id.ToBytes());
        }

        var (number, offset, raw) = (0, (long)SegmentPreamble.Size, 0);
        foreach (var frame in frames)
        {
            columns.Varint((ulong)(frame.Number - number));
            columns.Varint((ulong)(frame.Offset - offset));
            (number, offset) = (frame.Number + 1, frame.EndOffset);
        }

        foreach (var frame in frames)
        {
            columns.Byte((byte)((int)frame.Codec | (frame.BeginsRun ? BeginsRunBit : 0)));
            columns.Byte((byte)frame.Depth);
        }

        foreach (var frame in frames)
        {
            columns.Zigzag(frame.RawLength - raw);
            raw = frame.RawLength;
        }

        foreach (var frame in frames)
        {
            columns.Varint((ulong)frame.StoredLength);
        }

        EncodeBases(columns, segment, frames, bases);
        var packed = PackedColumn.Pack(columns.Written.Span);
        var table = new byte[packed.Length + Checksum.Size * frames.Count];
        packed.CopyTo(table, 0);
        for (var index = 0; index < frames.Count; index++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(
                table.AsSpan(packed.Length + Checksum.Size * index),
                frames[index].Checksum
            );
        }

        return table;
    }

    /// <summary>Decodes a table that may be damaged or hostile.</summary>
    /// <param name="table">The table as stored.</param>
    /// <param name="segment">The segment whose table it is.</param>
    /// <param name="count">Frames, as the footer says.</param>
    /// <param name="tableOffset">Where the table stands: no frame passes it.</param>
    /// <param name="decoded">Frames and bases when the method returns true.</param>
    /// <returns>False when the bytes are no such table. Never throws.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> table,
        SegmentId segment,
        int count,
        long tableOffset,
        [NotNullWhen(true)] out (FrameInfo[] Frames, SegmentId[] Bases)? decoded
    )
    {
        decoded = null;
        var checksumBytes = (long)Checksum.Size * count;
        if (count < 0 || checksumBytes > table.Length)
        {
            return false;
        }

        var packed = table[..^(int)checksumBytes];
        var limit = Math.Min(int.MaxValue, 1024L + (long)MaxBytesPerFrame * count);
        if (!PackedColumn.TryUnpack(packed, (int)limit, out var columns))
        {
            return false;
        }

        var reader = new ByteReader(columns);
        if (!TryBaseIds(ref reader, segment, count, out var bases))
        {
            return false;
        }

        var fields = new Fields[count];
        if (
            !TryPlaces(ref reader, fields)
            || !TryLengths(ref reader, fields)
            || !TryBases(ref reader, segment, fields, bases)
            || !reader.AtEnd
        )
        {
            return false;
        }

        var frames = new FrameInfo[count];
        if (!TryFrames(fields, table[^(int)checksumBytes..], tableOffset, frames))
        {
            return false;
        }

        decoded = (frames, bases);
        return true;
    }

    /// <summary>The distinct segments other than its own that hold bases, ascending.</summary>
    public static SegmentId[] BasesOf(SegmentId segment, IEnumerable<FrameInfo> frames) =>
        [
            .. frames
                .Where(frame => frame.Base is { } address && address.Segment != segment)
                .Select(frame => frame.Base!.Value.Segment)
                .Distinct()
                .Order(),
        ];

    /// <summary>SHA-256 over what stays of a frame in every generation.</summary>
    /// <param name="frames">All frames of the segment as first sealed, by ascending number.</param>
    public static Digest IdentityOf(IEnumerable<FrameInfo> frames)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[40];
        foreach (var frame in frames)
        {
            bytes.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(bytes, frame.Number);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], frame.RawLength);
            bytes[8] = (byte)frame.Codec;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[12..], frame.Checksum);
            if (frame.Base is { } address)
            {
                address.Segment.Value.TryWriteBytes(bytes[20..], bigEndian: true, out _);
                BinaryPrimitives.WriteInt32LittleEndian(bytes[36..], address.Number);
            }

            hash.AppendData(bytes);
        }

        return new Digest(hash.GetHashAndReset());
    }

    private static void EncodeBases(
        ByteWriter columns,
        SegmentId segment,
        IReadOnlyList<FrameInfo> frames,
        IReadOnlyList<SegmentId> bases
    )
    {
        var places = bases.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index + 1);
        places[segment] = 0;
        var (place, number) = (0, 0);
        foreach (var frame in frames)
        {
            if (frame.Base is { } address)
            {
                columns.Zigzag(places[address.Segment] - place);
                columns.Zigzag((long)address.Number - number);
                (place, number) = (places[address.Segment], address.Number + 1);
            }
        }
    }

    private static bool TryBaseIds(ref ByteReader reader, SegmentId segment, int count, out SegmentId[] bases)
    {
        bases = [];
        if (!reader.TryVarint(Math.Min(count, reader.Remaining / SegmentId.Size), out var number))
        {
            return false;
        }

        bases = new SegmentId[number];
        for (var index = 0; index < bases.Length; index++)
        {
            if (
                !reader.TryRaw(SegmentId.Size, out var bytes)
                || !SegmentId.TryRead(bytes, out bases[index])
                || bases[index] == segment
                || index > 0 && bases[index] <= bases[index - 1]
            )
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryPlaces(ref ByteReader reader, Fields[] fields)
    {
        var number = 0L;
        foreach (ref var field in fields.AsSpan())
        {
            if (
                !reader.TryVarint(FrameHeader.MaxNumber - number, out var skipped)
                || !reader.TryVarint(1L << 48, out field.Gap)
            )
            {
                return false;
            }

            field.Number = (int)(number + skipped);
            number = field.Number + 1L;
        }

        return true;
    }

    private static bool TryLengths(ref ByteReader reader, Fields[] fields)
    {
        foreach (ref var field in fields.AsSpan())
        {
            if (!reader.TryByte(out field.Codec) || !reader.TryByte(out field.Depth))
            {
                return false;
            }
        }

        var raw = 0;
        foreach (ref var field in fields.AsSpan())
        {
            if (!reader.TryZigzag(raw, FrameHeader.MaxRawLength, out raw))
            {
                return false;
            }

            field.RawLength = raw;
        }

        foreach (ref var field in fields.AsSpan())
        {
            if (!reader.TryVarint(FrameHeader.MaxRawLength + FrameHeader.MaxOverhead, out var stored))
            {
                return false;
            }

            field.StoredLength = (int)stored;
        }

        return true;
    }

    private static bool TryBases(ref ByteReader reader, SegmentId segment, Fields[] fields, SegmentId[] bases)
    {
        var (place, number) = (0, 0);
        var used = new bool[bases.Length + 1];
        foreach (ref var field in fields.AsSpan())
        {
            if ((field.Codec & ~BeginsRunBit) != (int)FrameCodec.ZstdDelta)
            {
                continue;
            }

            if (
                !reader.TryZigzag(place, bases.Length, out place)
                || !reader.TryZigzag(number, FrameHeader.MaxNumber, out number)
            )
            {
                return false;
            }

            used[place] = true;
            field.Base = new FrameAddress(place == 0 ? segment : bases[place - 1], number);
            number++;
        }

        return !used.AsSpan(1).Contains(false);
    }

    private static bool TryFrames(Fields[] fields, ReadOnlySpan<byte> checksums, long tableOffset, FrameInfo[] frames)
    {
        var offset = (long)SegmentPreamble.Size;
        for (var index = 0; index < fields.Length; index++)
        {
            ref var field = ref fields[index];
            offset += field.Gap;
            var frame = new FrameInfo(
                field.Number,
                offset,
                (FrameCodec)(field.Codec & ~BeginsRunBit),
                field.StoredLength,
                field.RawLength,
                BinaryPrimitives.ReadUInt64LittleEndian(checksums[(Checksum.Size * index)..]),
                field.Base,
                field.Depth,
                (field.Codec & BeginsRunBit) != 0
            );
            if (!FrameHeader.IsValid(frame) || frame.EndOffset > tableOffset)
            {
                return false;
            }

            frames[index] = frame;
            offset = frame.EndOffset;
        }

        return true;
    }

    private struct Fields
    {
        public int Number;
        public long Gap;
        public byte Codec;
        public byte Depth;
        public int RawLength;
        public int StoredLength;
        public FrameAddress? Base;
    }
}
