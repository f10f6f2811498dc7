using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Digests;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Points;

/// <summary>The block table of a restore point, open for reading.</summary>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class PointFile
{
    private readonly IByteRange _file;
    private readonly PointFooter _footer;

    private PointFile(IByteRange file, PointHeader header, PointFooter footer, IReadOnlyList<DiskTableReader> disks)
    {
        _file = file;
        _footer = footer;
        Header = header;
        Disks = disks;
    }

    /// <summary>The header; must not be changed.</summary>
    public PointHeader Header { get; }

    /// <summary>The tables of the disks, in the machine's order.</summary>
    public IReadOnlyList<DiskTableReader> Disks { get; }

    /// <summary>Opens a point file: reads preamble, footer and header, three reads.</summary>
    /// <param name="file">The file; used as long as the point file is.</param>
    /// <param name="cache">Keeps pages and nodes; may serve many files.</param>
    /// <param name="key">The list key the file is sealed under; null for a plain file.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.damaged: also when the file is plain and a key is given; backup.locked: it is
    /// encrypted, and none is; format.unsupported; what the file throws.</exception>
    public static async ValueTask<PointFile> OpenAsync(
        IByteRange file,
        NodeCache cache,
        ListKey? key,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(cache);
        var (preamble, footer) = await ReadFrameAsync(file, cancellationToken).ConfigureAwait(false);
        var stored = await ReadCheckedAsync(
                file,
                footer.HeaderOffset,
                footer.HeaderLength,
                footer.HeaderChecksum,
                cancellationToken
            )
            .ConfigureAwait(false);
        var cipher = CipherOf(file.Name, preamble, key);
        var header = ParseHeader(
            file.Name,
            footer,
            cipher?.Open(file.Name, PointPart.Header, footer.HeaderOffset, stored) ?? stored
        );
        PointHeaderCheck.Run(file.Name, header, preamble, footer);
        var name = $"{preamble.Backup}/{file.Name}#{footer.HeaderChecksum:x16}";
        var segments = header.Segments.Select(id => ToSegment(id)).ToArray();
        var limit = footer.DeadLength == 0 ? footer.HeaderOffset : footer.DeadOffset;
        var disks = header
            .Disks.Select(disk => new DiskTableReader(
                new TableFile(file, cache, name, limit, cipher),
                disk,
                preamble.BlockSize,
                segments
            ))
            .ToArray();
        return new PointFile(file, header, footer, disks);
    }

    /// <summary>Reads which frames this point replaced.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Runs of frame numbers per segment, ascending; empty when nothing was replaced.</returns>
    /// <exception cref="LonghaulException">data.damaged; what the file throws.</exception>
    public async ValueTask<IReadOnlyDictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>> ReadDeadListAsync(
        CancellationToken cancellationToken
    )
    {
        if (_footer.DeadLength == 0)
        {
            return new Dictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>();
        }

        var stored = await ReadCheckedAsync(
                _file,
                _footer.DeadOffset,
                _footer.DeadLength,
                _footer.DeadChecksum,
                cancellationToken
            )
            .ConfigureAwait(false);
        return DeadList.TryDecode(stored, out var list)
            ? list
            : throw Errors.DataDamaged(_file.Name, _footer.DeadOffset, "its dead list cannot be read");
    }

    /// <summary>Reads which frames a point replaced, without a key.</summary>
    /// <param name="file">The point's file.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As <see cref="ReadDeadListAsync(CancellationToken)"/>.</returns>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported; what the file throws.</exception>
    public static async ValueTask<
        IReadOnlyDictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>
    > ReadDeadListAsync(IByteRange file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (_, footer) = await ReadFrameAsync(file, cancellationToken).ConfigureAwait(false);
        return await new PointFile(file, new PointHeader(), footer, [])
            .ReadDeadListAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The digest over disks and configuration of a header.</summary>
    internal static Digest RootOf(PointHeader header) =>
        DigestTree.Point(
            [.. header.Disks.Select(disk => (disk.Id, new Digest(disk.Root.Span)))],
            [.. header.Configuration.Select(part => (part.Name, part.Content.Memory))]
        );

    /// <summary>Reads a stretch and checks its checksum.</summary>
    internal static async ValueTask<byte[]> ReadCheckedAsync(
        IByteRange file,
        long offset,
        int length,
        ulong checksum,
        CancellationToken cancellationToken
    )
    {
        var bytes = new byte[length];
        await file.ReadAsync(offset, bytes, cancellationToken).ConfigureAwait(false);
        return Checksum.Of(bytes) == checksum
            ? bytes
            : throw Errors.DataDamaged(file.Name, offset, $"the checksum of {length} bytes does not match");
    }

    /// <summary>Reads what a file begins and ends with.</summary>
    private static async ValueTask<(PointPreamble Preamble, PointFooter Footer)> ReadFrameAsync(
        IByteRange file,
        CancellationToken cancellationToken
    )
    {
        var footerOffset = file.Length - PointFooter.Size;
        if (footerOffset < PointPreamble.Size)
        {
            throw Errors.DataDamaged(file.Name, file.Length, "it ends before its footer");
        }

        var bytes = new byte[PointPreamble.Size];
        await file.ReadAsync(0, bytes, cancellationToken).ConfigureAwait(false);
        var preamble = PointPreamble.Read(file.Name, bytes);
        bytes = new byte[PointFooter.Size];
        await file.ReadAsync(footerOffset, bytes, cancellationToken).ConfigureAwait(false);
        return PointFooter.TryRead(bytes, footerOffset, out var footer)
            ? (preamble, footer)
            : throw Errors.DataDamaged(file.Name, footerOffset, "it has no footer: it is not whole");
    }

    /// <summary>What opens the parts of a file; null for a plain one.</summary>
    private static PointCipher? CipherOf(string file, PointPreamble preamble, ListKey? key) =>
        (preamble.Salt, key) switch
        {
            (null, null) => null,
            ({ } salt, { } given) => new PointCipher(given, preamble.Point, salt),
            ({ }, null) => throw Errors.BackupLocked(file),
            _ => throw Errors.DataDamaged(file, 10, "it is not encrypted, as what lists it says it is"),
        };

    private static SegmentId ToSegment(ByteString bytes) =>
        SegmentId.TryRead(bytes.Span, out var segment) ? segment : default;

    private static PointHeader ParseHeader(string file, PointFooter footer, byte[] stored)
    {
        try
        {
            return PointHeader.Parser.ParseFrom(stored);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Errors.DataDamaged(file, footer.HeaderOffset, "its header cannot be read", error);
        }
    }
}
