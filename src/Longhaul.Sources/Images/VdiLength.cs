using System.Buffers.Binary;

namespace Longhaul.Sources.Images;

/// <summary>Finds out whether a VDI file is as long as its block map says.</summary>
/// <remarks>QEMU reads what lies beyond a file's end as zeros. Source: QEMU, block/vdi.c.</remarks>
internal static class VdiLength
{
    /// <summary>From here on an entry says that nothing is stored for its block.</summary>
    private const uint NothingStored = 0xffff_fffe;

    /// <summary>Looks for the end of every block in the map.</summary>
    /// <param name="file">The image.</param>
    /// <returns>What is wrong, as a clause; null when nothing is.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static string? Check(ImageFile file)
    {
        Span<byte> head = stackalloc byte[512];
        if (!file.TryRead(0, head))
        {
            return file.Short(0);
        }

        ulong mapOffset = BinaryPrimitives.ReadUInt32LittleEndian(head[0x154..]);
        ulong dataOffset = BinaryPrimitives.ReadUInt32LittleEndian(head[0x158..]);
        var diskSize = BinaryPrimitives.ReadUInt64LittleEndian(head[0x170..]);
        ulong blockSize = BinaryPrimitives.ReadUInt32LittleEndian(head[0x178..]);
        ulong blockCount = BinaryPrimitives.ReadUInt32LittleEndian(head[0x180..]);
        if (!file.Reaches(mapOffset, blockCount * sizeof(uint)) || blockCount > int.MaxValue / sizeof(uint))
        {
            return file.Short(mapOffset);
        }

        var map = new byte[blockCount * sizeof(uint)];
        _ = file.TryRead(mapOffset, map);
        for (var block = 0UL; block < blockCount && block * blockSize < diskSize; block++)
        {
            ulong place = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan((int)block * sizeof(uint)));
            var offset = dataOffset + (place * blockSize);
            if (place < NothingStored && !file.Reaches(offset, Math.Min(blockSize, diskSize - (block * blockSize))))
            {
                return file.Short(offset);
            }
        }

        return null;
    }
}
