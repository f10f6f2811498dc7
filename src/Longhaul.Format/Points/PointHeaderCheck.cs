using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Points;

/// <summary>Checks that a header fits its file, so that its readers need not.</summary>
/// <threadsafety>Stateless.</threadsafety>
internal static class PointHeaderCheck
{
    /// <summary>Refuses a header that does not fit.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="header">The header.</param>
    /// <param name="preamble">The file's preamble.</param>
    /// <param name="footer">The file's footer.</param>
    /// <exception cref="LonghaulException">data.damaged.</exception>
    public static void Run(string file, PointHeader header, PointPreamble preamble, PointFooter footer)
    {
        var problem =
            Identity(header, preamble)
            ?? Segments(header)
            ?? header
                .Disks.Select(disk => Disk(disk, preamble.BlockSize, footer))
                .FirstOrDefault(one => one is not null)
            ?? Rest(header, footer);
        if (problem is not null)
        {
            throw Errors.DataDamaged(file, footer.HeaderOffset, problem);
        }
    }

    private static string? Identity(PointHeader header, PointPreamble preamble) =>
        Is(header.Backup, preamble.Backup.ToBytes())
        && Is(header.Point, preamble.Point.ToBytes())
        && Is(header.Machine, preamble.Machine.ToBytes())
        && header.BlockSize == (uint)preamble.BlockSize
            ? null
            : "header and preamble disagree";

    private static string? Segments(PointHeader header)
    {
        var known = new HashSet<SegmentId>();
        return header.Segments.All(bytes => SegmentId.TryRead(bytes.Span, out var id) && known.Add(id))
            ? null
            : "its list of segments is not valid";
    }

    private static string? Disk(DiskTable disk, int blockSize, PointFooter footer)
    {
        if (disk.Size > DigestTree.MaxDiskSize || disk.Id.Length == 0 || disk.Root.Length != Digest.Size)
        {
            return "a disk has no valid id, size or root";
        }

        var shape = new TreeShape((long)disk.Size, blockSize);
        if (disk.Levels != shape.Levels || disk.Entries > (ulong)shape.Blocks)
        {
            return $"the tree of disk {disk.Id} has a shape that does not fit its size";
        }

        if (disk.Top is not { } top)
        {
            return disk.Entries == 0 ? null : $"disk {disk.Id} has no tree";
        }

        var limit = (ulong)(footer.DeadLength == 0 ? footer.HeaderOffset : footer.DeadOffset);
        return
            top.Length is > 0 and <= TableColumns.MaxLength
            && top.SecondLength <= TableColumns.MaxLength
            && top.SecondLength > 0 == (shape.Levels == 0)
            && top.Offset >= PointPreamble.Size
            && top.Offset <= limit
            && limit - top.Offset >= top.Length + top.SecondLength
            ? null
            : $"the tree of disk {disk.Id} does not lie in the file";
    }

    private static string? Rest(PointHeader header, PointFooter footer)
    {
        if (header.Disks.DistinctBy(disk => disk.Id).Count() != header.Disks.Count)
        {
            return "two disks have one id";
        }

        var dead = header.DeadList ?? new Extent();
        if (
            dead.Offset != (ulong)footer.DeadOffset
            || dead.Length != (uint)footer.DeadLength
            || dead.Checksum != footer.DeadChecksum
        )
        {
            return "header and footer disagree about the dead list";
        }

        return Digest.TryRead(header.Root.Span, out var root) && root == PointFile.RootOf(header)
            ? null
            : "its root does not match disks and configuration";
    }

    private static bool Is(ByteString bytes, byte[] expected) => bytes.Span.SequenceEqual(expected);
}
