using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Longhaul.Sources.Images;

/// <summary>Finds out whether a qcow2 file is as long as its tables say.</summary>
/// <remarks>
/// <para>QEMU reads what lies beyond a file's end as zeros, a lost table as nothing allocated.</para>
/// <para>Cost: reads every L2 table, 128 MiB for a terabyte in clusters of 64 KiB. Memory: the L1 table, which QEMU limits
/// to 32 MiB, and one L2 table.</para>
/// <para>Source: QEMU, docs/interop/qcow2.txt.</para>
/// </remarks>
internal static class Qcow2Length
{
    private const int HeaderSize = 104;
    private const int SectorSize = 512;
    private const ulong OffsetMask = 0x00ff_ffff_ffff_fe00;
    private const ulong Compressed = 1UL << 62;
    private const ulong ReadsAsZeros = 1;
    private const ulong ExternalData = 4;
    private const ulong ExtendedTables = 16;
    private const uint DataFileName = 0x44415441;

    /// <summary>Looks for the end of everything the active tables refer to.</summary>
    /// <param name="file">The image.</param>
    /// <returns>What is wrong, as a clause; null when nothing is.</returns>
    /// <exception cref="IOException">The file, or its data file, cannot be read.</exception>
    internal static string? Check(ImageFile file)
    {
        Span<byte> head = stackalloc byte[HeaderSize];
        head.Clear();
        if (!file.TryRead(0, head[..72]))
        {
            return file.Short(0);
        }

        var isNew = BinaryPrimitives.ReadUInt32BigEndian(head[4..]) >= 3;
        if (isNew && !file.TryRead(0, head))
        {
            return file.Short(0);
        }

        var clusterBits = BinaryPrimitives.ReadInt32BigEndian(head[20..]);
        var tableLength = BinaryPrimitives.ReadUInt32BigEndian(head[36..]);
        if (clusterBits is < 9 or > 21 || tableLength > 4 << 20)
        {
            return "its header says impossible sizes";
        }

        var features = isNew ? BinaryPrimitives.ReadUInt64BigEndian(head[72..]) : 0;
        using var external = (features & ExternalData) != 0 ? OpenData(file, head, 1 << clusterBits) : null;
        var walk = new Walk(
            file,
            external ?? file,
            clusterBits,
            (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(head[24..]), long.MaxValue),
            (features & ExtendedTables) != 0,
            isNew
        );
        var tableOffset = BinaryPrimitives.ReadUInt64BigEndian(head[40..]);
        if (!file.Reaches(tableOffset, tableLength * (ulong)sizeof(ulong)))
        {
            return file.Short(tableOffset);
        }

        var table = new byte[tableLength * sizeof(ulong)];
        return file.TryRead(tableOffset, table) ? walk.Check(table) : file.Short(tableOffset);
    }

    private static ImageFile? OpenData(ImageFile file, ReadOnlySpan<byte> head, int clusterSize)
    {
        var extensions = new byte[Math.Min(clusterSize, file.Length)];
        _ = file.TryRead(0, extensions);
        var position = (long)BinaryPrimitives.ReadUInt32BigEndian(head[100..]);
        while (position + 8 <= extensions.Length)
        {
            var type = BinaryPrimitives.ReadUInt32BigEndian(extensions.AsSpan((int)position));
            var length = BinaryPrimitives.ReadUInt32BigEndian(extensions.AsSpan((int)position + 4));
            position += 8;
            if (type == 0 || position + length > extensions.Length)
            {
                break;
            }

            if (type == DataFileName)
            {
                return file.OpenBeside(Encoding.UTF8.GetString(extensions, (int)position, (int)length));
            }

            position += (length + 7) / 8 * 8;
        }

        throw new IOException("it has a data file and does not say which");
    }

    // RFC 8878, section 3.1.1.
    private static readonly byte[] s_zstdFrame = [0x28, 0xb5, 0x2f, 0xfd];

    private sealed class Walk(
        ImageFile file,
        ImageFile data,
        int clusterBits,
        long diskSize,
        bool isExtended,
        bool knowsZeros
    )
    {
        private readonly int _clusterSize = 1 << clusterBits;
        private readonly int _entrySize = isExtended ? 16 : 8;

        /// <summary>Checks what a first-level table refers to.</summary>
        internal string? Check(ReadOnlySpan<byte> table)
        {
            var second = new byte[_clusterSize];
            var perTable = (long)(_clusterSize / _entrySize) * _clusterSize;
            for (var i = 0; i * sizeof(ulong) < table.Length && i < (diskSize + perTable - 1) / perTable; i++)
            {
                var offset = BinaryPrimitives.ReadUInt64BigEndian(table[(i * sizeof(ulong))..]) & OffsetMask;
                if (offset == 0)
                {
                    continue;
                }

                if (!file.TryRead(offset, second))
                {
                    return file.Short(offset);
                }

                if (CheckSecond(second, i * perTable) is { } problem)
                {
                    return problem;
                }
            }

            return null;
        }

        private string? CheckSecond(ReadOnlySpan<byte> table, long start)
        {
            for (var i = 0; i < table.Length && start < diskSize; i += _entrySize, start += _clusterSize)
            {
                var entry = BinaryPrimitives.ReadUInt64BigEndian(table[i..]);
                var problem =
                    entry == 0 ? null
                    : (entry & Compressed) != 0 ? CheckCompressed(entry)
                    : CheckPlain(
                        entry,
                        isExtended ? BinaryPrimitives.ReadUInt64BigEndian(table[(i + 8)..]) : null,
                        start
                    );
                if (problem is not null)
                {
                    return problem;
                }
            }

            return null;
        }

        // The length is in sectors, and the last is written only as far as it is needed: whether that was all of it, the
        // stream itself must say.
        private string? CheckCompressed(ulong entry)
        {
            var offsetBits = 62 - (clusterBits - 8);
            var offset = entry & ((1UL << offsetBits) - 1);
            var sectors = 1 + ((entry >> offsetBits) & ((1UL << (clusterBits - 8)) - 1));
            var end = (offset & ~(SectorSize - 1UL)) + (sectors * SectorSize);
            return end <= (ulong)file.Length || (end < (ulong)file.Length + SectorSize && IsWholeStream(offset))
                ? null
                : file.Short(offset);
        }

        private bool IsWholeStream(ulong offset)
        {
            var stored = new byte[Math.Max(0, file.Length - (long)offset)];
            _ = file.TryRead(offset, stored);
            if (stored.AsSpan().StartsWith(s_zstdFrame))
            {
                return true; // QEMU notices that a frame does not end
            }

            using var inflated = new DeflateStream(new MemoryStream(stored), CompressionMode.Decompress);
            try
            {
                return inflated.ReadAtLeast(new byte[_clusterSize], _clusterSize, throwOnEndOfStream: false)
                    == _clusterSize;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }

        private string? CheckPlain(ulong entry, ulong? parts, long start)
        {
            var offset = entry & OffsetMask;
            if (
                (offset == 0 && ReferenceEquals(file, data))
                || (!isExtended && knowsZeros && (entry & ReadsAsZeros) != 0)
            )
            {
                return null;
            }

            // Of 32 parts, those allocated; the lower half of the bitmap says which.
            var used = parts is { } bits
                ? (64 - (ulong)long.LeadingZeroCount((long)(bits & uint.MaxValue))) * (ulong)_clusterSize / 32
                : (ulong)_clusterSize;
            var length = Math.Min(used, (ulong)(diskSize - start));
            return data.Reaches(offset, length) ? null : data.Short(offset);
        }
    }
}
