using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Longhaul.Sources.Images;

/// <summary>Finds out whether the files of a VMDK image are as long as its tables say.</summary>
/// <remarks>
/// <para>QEMU reads what lies beyond a file's end as zeros. Compressed grains need no look: their checksum fails.</para>
/// <para>Source: VMware, Virtual Disk Format 1.1; QEMU, block/vmdk.c.</para>
/// </remarks>
internal static partial class VmdkLength
{
    private const int SectorSize = 512;
    private const int MaxDescriptor = 1 << 20;
    private const int CompressionAt = 77;

    /// <summary>Looks for the end of everything that the image refers to.</summary>
    /// <param name="file">The file that the image is named by.</param>
    /// <returns>What is wrong, as a clause; null when nothing is.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="NotSupportedException">It is a VMDK of a kind that cannot be checked; says which.</exception>
    internal static string? Check(ImageFile file)
    {
        Span<byte> magic = stackalloc byte[4];
        if (!file.TryRead(0, magic))
        {
            return file.Short(0);
        }

        return magic.SequenceEqual("KDMV"u8) ? CheckSparse(file)
            : magic.SequenceEqual("COWD"u8) ? throw new NotSupportedException("vmdk, sparse of an ESX host")
            : CheckDescriptor(file);
    }

    private static string? CheckDescriptor(ImageFile file)
    {
        var text = new byte[Math.Min(MaxDescriptor, file.Length)];
        _ = file.TryRead(0, text);
        var extents = Extent().Matches(Encoding.UTF8.GetString(text));
        if (extents.Count == 0)
        {
            return "its descriptor names no extent";
        }

        foreach (Match line in extents)
        {
            // QEMU leaves out what is not writable, and so moves what comes after it.
            if (line.Groups["access"].Value != "RW")
            {
                throw new NotSupportedException($"vmdk, with an extent that is {line.Groups["access"].Value}");
            }

            var kind = line.Groups["kind"].Value;
            if (kind == "ZERO")
            {
                continue;
            }

            using var extent = file.OpenBeside(line.Groups["file"].Value);
            var problem = kind switch
            {
                "SPARSE" => CheckExtent(extent),
                "FLAT" or "VMFS" => CheckFlat(extent, line),
                _ => throw new NotSupportedException($"vmdk, of kind {kind}"),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    // As QEMU has it: never another descriptor, which might name itself.
    private static string? CheckExtent(ImageFile extent)
    {
        Span<byte> magic = stackalloc byte[4];
        return !extent.TryRead(0, magic) ? extent.Short(0)
            : magic.SequenceEqual("COWD"u8) ? throw new NotSupportedException("vmdk, sparse of an ESX host")
            : magic.SequenceEqual("KDMV"u8) ? CheckSparse(extent)
            : $"{Path.GetFileName(extent.Path)}, which it names as a sparse extent, is none";
    }

    private static string? CheckFlat(ImageFile extent, Match line)
    {
        var start = Sectors(line.Groups["offset"].Value);
        return extent.Reaches(start, Sectors(line.Groups["length"].Value)) ? null : extent.Short(start);
    }

    // Beyond any file when it is no number that fits.
    private static ulong Sectors(string text) =>
        text.Length == 0 ? 0
        : ulong.TryParse(text, CultureInfo.InvariantCulture, out var count) && count < ulong.MaxValue / SectorSize
            ? count * SectorSize
        : ulong.MaxValue;

    private static string? CheckSparse(ImageFile file)
    {
        Span<byte> head = stackalloc byte[SectorSize];
        if (!file.TryRead(0, head))
        {
            return file.Short(0);
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(head[CompressionAt..]) != 0)
        {
            return null;
        }

        var capacity = BinaryPrimitives.ReadUInt64LittleEndian(head[12..]);
        var grain = BinaryPrimitives.ReadUInt64LittleEndian(head[20..]);
        ulong perTable = BinaryPrimitives.ReadUInt32LittleEndian(head[44..]);
        var directory = BinaryPrimitives.ReadUInt64LittleEndian(head[56..]);
        if (
            capacity == 0 // QEMU would follow another descriptor then
            || grain is 0 or > 1 << 21
            || perTable is 0 or > 1 << 20
            || capacity > long.MaxValue / SectorSize
            || directory > long.MaxValue / SectorSize
        )
        {
            return "its header says impossible sizes";
        }

        var tables = (capacity + (grain * perTable) - 1) / (grain * perTable);
        if (tables > 1 << 26 || !file.Reaches(directory * SectorSize, tables * sizeof(uint)))
        {
            return file.Short(directory * SectorSize);
        }

        var entries = new byte[tables * sizeof(uint)];
        _ = file.TryRead(directory * SectorSize, entries);
        var table = new byte[perTable * sizeof(uint)];
        for (var i = 0UL; i < tables; i++)
        {
            var offset =
                SectorSize * (ulong)BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan((int)i * sizeof(uint)));
            if (offset != 0 && !file.TryRead(offset, table))
            {
                return file.Short(offset);
            }

            if (offset != 0 && CheckGrains(file, table, grain, capacity - (i * grain * perTable)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    // Sector 0 is nothing stored, 1 says zeros.
    private static string? CheckGrains(ImageFile file, ReadOnlySpan<byte> table, ulong grain, ulong left)
    {
        for (; table.Length > 0 && left > 0; table = table[sizeof(uint)..], left -= Math.Min(grain, left))
        {
            ulong sector = BinaryPrimitives.ReadUInt32LittleEndian(table);
            if (sector > 1 && !file.Reaches(sector * SectorSize, Math.Min(grain, left) * SectorSize))
            {
                return file.Short(sector * SectorSize);
            }
        }

        return null;
    }

    [GeneratedRegex(
        """^[ \t]*(?<access>RW|RDONLY|NOACCESS)[ \t]+(?<length>\d+)[ \t]+(?<kind>[A-Z]+)(?:[ \t]+"(?<file>[^"\n]*)"(?:[ \t]+(?<offset>\d+))?)?""",
        RegexOptions.Multiline
    )]
    private static partial Regex Extent();
}
