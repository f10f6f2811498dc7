using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>The columns of pages and the nodes above them, as bytes.</summary>
/// <remarks>Source: docs/format.md, sections "Page" and "Node". Change the two together.</remarks>
/// <threadsafety>Stateless.</threadsafety>
internal static class TableColumns
{
    /// <summary>Longest column, stored or unpacked, that a reader believes, in bytes.</summary>
    public const int MaxLength = 16 << 10;

    // Digest column: one byte an entry.
    private const byte NewIsZero = 1;
    private const byte OldIsNone = 0 << 1;
    private const byte OldIsZero = 1 << 1;
    private const byte OldIsSame = 2 << 1;
    private const byte OldFollows = 3 << 1;

    // Address column: one byte an entry.
    private const byte NewHasAddress = 1;
    private const byte OldIsKnown = 2;
    private const byte OldHasAddress = 4;

    private const byte AllHere = 0;

    /// <summary>Encodes what the blocks of a page are.</summary>
    public static byte[] EncodeDigests(TablePage page)
    {
        var column = new ByteWriter();
        column.UInt64(page.Present);
        foreach (var slot in Slots.Of(page.Present))
        {
            column.Byte((byte)((page[slot].New.IsZero ? NewIsZero : 0) | OldKind(page[slot])));
        }

        foreach (var slot in Slots.Of(page.Present))
        {
            var entry = page[slot];
            if (!entry.New.IsZero)
            {
                column.Digest(entry.New.Digest);
            }

            if (OldKind(entry) == OldFollows)
            {
                column.Digest(entry.Old!.Value.Digest);
            }
        }

        return PackedColumn.Keep(column.Written.Span);
    }

    /// <summary>Decodes a digest column that may be damaged or hostile.</summary>
    public static bool TryDecodeDigests(
        ReadOnlySpan<byte> stored,
        Digest zero,
        [NotNullWhen(true)] out PageDigests? page
    )
    {
        page = null;
        if (!PackedColumn.TryUnpack(stored, MaxLength, out var column))
        {
            return false;
        }

        var reader = new ByteReader(column);
        if (!reader.TryUInt64(out var present) || !reader.TryRaw(BitOperations.PopCount(present), out var kinds))
        {
            return false;
        }

        var (news, olds) = (new Digest[kinds.Length], new Digest?[kinds.Length]);
        var (zeros, rest) = (0UL, present);
        for (var index = 0; index < kinds.Length; index++, rest &= rest - 1)
        {
            if (!TryDigestEntry(ref reader, kinds[index], zero, out news[index], out olds[index]))
            {
                return false;
            }

            zeros |= (kinds[index] & NewIsZero) == 0 ? 0 : 1UL << BitOperations.TrailingZeroCount(rest);
        }

        page = new PageDigests(present, zeros, news, olds);
        return reader.AtEnd;
    }

    /// <summary>Encodes where the blocks of a page lie.</summary>
    /// <param name="page">The page.</param>
    /// <param name="placeOf">Gives a segment its place in the file's list.</param>
    public static byte[] EncodeAddresses(TablePage page, Func<SegmentId, int> placeOf)
    {
        var column = new ByteWriter();
        column.UInt64(page.Present);
        foreach (var slot in Slots.Of(page.Present))
        {
            var entry = page[slot];
            column.Byte(
                (byte)(
                    (entry.New.IsZero ? 0 : NewHasAddress)
                    | (entry.Old is null ? 0 : OldIsKnown)
                    | (entry.Old is { IsZero: false } ? OldHasAddress : 0)
                )
            );
        }

        EncodeAddresses(column, page, placeOf, entry => entry.New.Address);
        EncodeAddresses(column, page, placeOf, entry => entry.Old?.Address);
        return PackedColumn.Pack(column.Written.Span);
    }

    /// <summary>Decodes an address column that may be damaged or hostile.</summary>
    public static bool TryDecodeAddresses(
        ReadOnlySpan<byte> stored,
        SegmentId[] segments,
        [NotNullWhen(true)] out PageAddresses? page
    )
    {
        page = null;
        if (!PackedColumn.TryUnpack(stored, MaxLength, out var column))
        {
            return false;
        }

        var reader = new ByteReader(column);
        if (!reader.TryUInt64(out var present) || !reader.TryRaw(BitOperations.PopCount(present), out var kinds))
        {
            return false;
        }

        var (hasOld, rest) = (0UL, present);
        foreach (var kind in kinds)
        {
            if (kind > (NewHasAddress | OldIsKnown | OldHasAddress) || (kind & ~NewHasAddress) == OldHasAddress)
            {
                return false;
            }

            hasOld |= (kind & OldIsKnown) == 0 ? 0 : 1UL << BitOperations.TrailingZeroCount(rest);
            rest &= rest - 1;
        }

        if (
            !TryAddresses(ref reader, kinds, NewHasAddress, segments, out var news)
            || !TryAddresses(ref reader, kinds, OldHasAddress, segments, out var olds)
        )
        {
            return false;
        }

        page = new PageAddresses(present, news, olds, hasOld);
        return reader.AtEnd;
    }

    /// <summary>Puts the two columns of a page together.</summary>
    /// <returns>Null when they do not fit each other.</returns>
    public static TablePage? Join(PageDigests digests, PageAddresses addresses)
    {
        if (digests.Present != addresses.Present)
        {
            return null;
        }

        var entries = new List<TableEntry>(BitOperations.PopCount(digests.Present));
        foreach (var slot in Slots.Of(digests.Present))
        {
            var (isZero, old) = (Slots.Has(digests.Zeros, slot), digests.OldOf(slot));
            if (isZero != addresses[slot] is null || old is null == addresses.HasOld(slot))
            {
                return null;
            }

            entries.Add(
                new TableEntry(
                    new BlockVersion(digests[slot], addresses[slot]),
                    old is { } digest ? new BlockVersion(digest, addresses.OldOf(slot)) : null
                )
            );
        }

        return new TablePage(digests.Present, [.. entries]);
    }

    /// <summary>Encodes a node.</summary>
    /// <param name="offset">Where the node will stand.</param>
    /// <param name="present">Bit n is set when child n is named.</param>
    /// <param name="children">One for each bit that is set, in order: digest and place.</param>
    /// <param name="ofPages">Whether the children are pages, which have two columns.</param>
    public static byte[] EncodeNode(
        long offset,
        ulong present,
        IReadOnlyList<(Digest Digest, TableExtent Extent)> children,
        bool ofPages
    )
    {
        var column = new ByteWriter();
        column.Byte(AllHere);
        column.UInt64(present);
        foreach (var (digest, _) in children)
        {
            column.Digest(digest);
        }

        column.Varint((ulong)(offset - children[0].Extent.Offset));
        var end = children[0].Extent.Offset;
        foreach (var (_, extent) in children)
        {
            column.Varint((ulong)(extent.Offset - end));
            column.Varint((ulong)extent.Length);
            column.UInt64(extent.Checksum);
            if (ofPages)
            {
                column.Varint((ulong)extent.SecondLength);
                column.UInt64(extent.SecondChecksum);
            }

            end = extent.End;
        }

        return PackedColumn.Keep(column.Written.Span);
    }

    /// <summary>Decodes a node that may be damaged or hostile. Its children lie before it, in order, and do not overlap.</summary>
    public static bool TryDecodeNode(
        ReadOnlySpan<byte> stored,
        long offset,
        int childCount,
        bool ofPages,
        [NotNullWhen(true)] out NodeChildren? node
    )
    {
        node = null;
        if (!PackedColumn.TryUnpack(stored, MaxLength, out var column))
        {
            return false;
        }

        var reader = new ByteReader(column);
        if (
            !reader.TryByte(out var form)
            || form != AllHere
            || !reader.TryUInt64(out var present)
            || present == 0
            || BitOperations.Log2(present) >= childCount
        )
        {
            return false;
        }

        var digests = new Digest[BitOperations.PopCount(present)];
        foreach (ref var digest in digests.AsSpan())
        {
            if (!reader.TryDigest(out digest))
            {
                return false;
            }
        }

        var extents = new TableExtent[digests.Length];
        if (!reader.TryVarint(offset - PointPreamble.Size, out var distance))
        {
            return false;
        }

        var end = offset - distance;
        foreach (ref var extent in extents.AsSpan())
        {
            if (!TryExtent(ref reader, end, ofPages, out extent) || extent.End > offset)
            {
                return false;
            }

            end = extent.End;
        }

        node = new NodeChildren(present, digests, extents);
        return reader.AtEnd;
    }

    private static bool TryExtent(ref ByteReader reader, long start, bool ofPages, out TableExtent extent)
    {
        extent = default;
        var (second, secondChecksum) = (0L, 0UL);
        if (
            !reader.TryVarint(1L << 48, out var gap)
            || !reader.TryVarint(MaxLength, out var length)
            || !reader.TryUInt64(out var checksum)
            || ofPages && (!reader.TryVarint(MaxLength, out second) || !reader.TryUInt64(out secondChecksum))
        )
        {
            return false;
        }

        extent = new TableExtent(start + gap, (int)length, checksum, (int)second, secondChecksum);
        return length > 0 && (!ofPages || second > 0);
    }

    private static byte OldKind(TableEntry entry) =>
        entry.Old switch
        {
            null => OldIsNone,
            { IsZero: true } => OldIsZero,
            { } old when old.Digest == entry.New.Digest => OldIsSame,
            _ => OldFollows,
        };

    private static bool TryDigestEntry(
        ref ByteReader reader,
        byte kind,
        Digest zero,
        out Digest newDigest,
        out Digest? oldDigest
    )
    {
        (newDigest, oldDigest) = (zero, null);
        if (kind > (OldFollows | NewIsZero) || (kind & NewIsZero) == 0 && !reader.TryDigest(out newDigest))
        {
            return false;
        }

        switch (kind & OldFollows)
        {
            case OldIsZero:
                oldDigest = zero;
                return true;
            case OldIsSame:
                oldDigest = newDigest;
                return (kind & NewIsZero) == 0;
            case OldFollows:
                var read = reader.TryDigest(out var digest);
                oldDigest = digest;
                return read;
            default:
                return true;
        }
    }

    private static void EncodeAddresses(
        ByteWriter column,
        TablePage page,
        Func<SegmentId, int> placeOf,
        Func<TableEntry, FrameAddress?> select
    )
    {
        var (place, number) = (0, 0);
        foreach (var slot in Slots.Of(page.Present))
        {
            if (select(page[slot]) is { } address)
            {
                var next = placeOf(address.Segment);
                column.Zigzag(next - place);
                column.Zigzag((long)address.Number - number);
                (place, number) = (next, address.Number + 1);
            }
        }
    }

    private static bool TryAddresses(
        ref ByteReader reader,
        ReadOnlySpan<byte> kinds,
        byte which,
        SegmentId[] segments,
        out FrameAddress?[] addresses
    )
    {
        addresses = new FrameAddress?[kinds.Length];
        var (place, number) = (0, 0);
        for (var index = 0; index < kinds.Length; index++)
        {
            if ((kinds[index] & which) == 0)
            {
                continue;
            }

            if (
                !reader.TryZigzag(place, segments.Length - 1, out place)
                || !reader.TryZigzag(number, FrameHeader.MaxNumber, out number)
            )
            {
                return false;
            }

            addresses[index] = new FrameAddress(segments[place], number);
            number++;
        }

        return true;
    }
}
