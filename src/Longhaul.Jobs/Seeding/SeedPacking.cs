using System.Globalization;
using Longhaul.Core;
using Longhaul.Format.Seeds;

namespace Longhaul.Jobs.Seeding;

/// <summary>Puts the files of a seed into parts of a given size. No file is cut.</summary>
/// <remarks>Segments are made small enough to fill parts well: at most a sixteenth of one.</remarks>
internal static class SeedPacking
{
    /// <summary>Room that each part keeps for what is not on the list: the sheet, and what folders take.</summary>
    internal const long Spare = 256 << 10;

    private const long LargestSegment = 1L << 30;
    private const long SmallestSegment = 1 << 20;
    private const int PiecesPerPart = 16;

    /// <summary>What a segment's frame table and its ends take beyond its frames, at most: 65,536 frames of 16 bytes.</summary>
    private const long SegmentTrailer = (1 << 20) + (64 << 10);

    /// <summary>The size at which segments are sealed.</summary>
    /// <param name="split">Most bytes a part may have; null for one part.</param>
    internal static long SegmentSizeFor(long? split) =>
        split is { } size ? Math.Clamp(size / PiecesPerPart, SmallestSegment, LargestSegment) : LargestSegment;

    /// <summary>Refuses a size in which not even one file would find room, before anything is written.</summary>
    /// <param name="split">Most bytes a part may have.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="mostBlocks">Blocks of the largest machine.</param>
    /// <exception cref="LonghaulException">seed.split.</exception>
    internal static void RequireRoom(long split, int blockSize, long mostBlocks)
    {
        const int TableBytesPerBlock = 64;
        var segment = Math.Max(SegmentSizeFor(split), blockSize) + SegmentTrailer;
        var table = mostBlocks * TableBytesPerBlock + Spare;
        var needed = Math.Max(segment, table) + Spare;
        if (split < needed)
        {
            throw Errors.SeedSplit(
                split,
                needed,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a segment takes up to {segment} bytes, the largest machine's table up to {table} ({mostBlocks} blocks of {TableBytesPerBlock} bytes), list and sheet {Spare}"
                )
            );
        }
    }

    /// <summary>Says of each file in which part it travels: the first that has room.</summary>
    /// <param name="list">The list, of one part.</param>
    /// <param name="split">Most bytes a part may have.</param>
    /// <returns>The same list with parts.</returns>
    /// <exception cref="LonghaulException">seed.split: a file does not fit, or there would be too many parts.</exception>
    internal static SeedList Pack(SeedList list, long split)
    {
        var overhead = OverheadOf(list);
        var room = split - overhead;
        var free = new List<long>();
        var files = new List<SeedFile>(list.Files.Count);
        foreach (var file in list.Files)
        {
            if (file.Length > room)
            {
                throw Errors.SeedSplit(
                    split,
                    file.Length + overhead,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{file.Name} has {file.Length} bytes, list and sheet {overhead}"
                    )
                );
            }

            var part = free.FindIndex(left => left >= file.Length);
            if (part < 0)
            {
                part = free.Count;
                free.Add(room);
            }

            free[part] -= file.Length;
            files.Add(file with { Part = part + 1 });
        }

        return free.Count <= SeedList.MaxParts
            ? list with
            {
                Parts = free.Count,
                Files = files,
            }
            : throw Errors.SeedSplit(
                split,
                overhead + list.SizeBytes / (SeedList.MaxParts / 2),
                string.Create(CultureInfo.InvariantCulture, $"there would be more than {SeedList.MaxParts}")
            );
    }

    /// <summary>What every part takes beside its files: the list with its longest numbers, and the sheet.</summary>
    private static long OverheadOf(SeedList list) =>
        Spare
        + (
            list with
            {
                Parts = SeedList.MaxParts,
                Files = [.. list.Files.Select(file => file with { Part = SeedList.MaxParts })],
            }
        )
            .Encode()
            .Length;
}
