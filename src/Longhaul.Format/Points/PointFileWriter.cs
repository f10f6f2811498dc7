using System.Security.Cryptography;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Digests;
using Longhaul.Format.Keys;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>Writes a point file as a stream.</summary>
/// <remarks>
/// <para>Memory: 64 KiB, the list of segments, four bytes per dead frame, and one open node per level and disk.</para>
/// <para>Call order: <see cref="BeginDisk"/> for each disk, in the machine's order; what that gives is filled and ended, several
/// at a time if wanted; then <see cref="FinishAsync"/>. Anything else is an <see cref="InvalidOperationException"/>.</para>
/// </remarks>
/// <threadsafety>One caller at a time, of this and of its disks together.</threadsafety>
public sealed class PointFileWriter
{
    private const int BufferSize = 64 << 10;

    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> _write;
    private readonly PointPreamble _identity;
    private readonly PointCipher? _cipher;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<SegmentId, int> _segments = [];
    private readonly DeadListBuilder _dead = new();
    private readonly List<(string Id, Func<DiskTable?> Table)> _disks = [];
    private long _offset;
    private int _buffered;
    private bool _finished;

    /// <summary>Begins a file.</summary>
    /// <param name="write">Appends bytes to the file; they are not kept after the call.</param>
    /// <param name="backup">The backup the point is written for.</param>
    /// <param name="point">The point.</param>
    /// <param name="machine">Its machine.</param>
    /// <param name="blockSize">A block size of the format.</param>
    /// <param name="key">What pages, nodes and header are sealed under; null in a plain backup.</param>
    /// <exception cref="ArgumentException">An id is empty, or the size is no block size.</exception>
    public PointFileWriter(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        BackupId backup,
        PointId point,
        MachineId machine,
        int blockSize,
        ListKey? key = null
    )
    {
        ArgumentNullException.ThrowIfNull(write);
        if (!DigestTree.IsBlockSize(blockSize) || backup.IsEmpty || point.IsEmpty || machine.IsEmpty)
        {
            throw new ArgumentException("A point file has a block size of the format and three ids.");
        }

        _write = write;
        var salt = key is null ? null : ListKey.NewSalt();
        _identity = new PointPreamble(blockSize, backup, point, machine, salt);
        _cipher = key is null ? null : new PointCipher(key, point, salt);
        _identity.Write(_buffer);
        _buffered = PointPreamble.Size;
    }

    private long Position => _offset + _buffered;

    /// <summary>Begins a disk; the disks are listed in the order they are begun.</summary>
    /// <param name="id">Its identity; each once.</param>
    /// <param name="size">Bytes, 0 to <see cref="DigestTree.MaxDiskSize"/>.</param>
    /// <param name="complete">True: blocks that are not named are zero. False: they are as before.</param>
    /// <param name="previousChildren">For a table that is not complete: gives the digests of a node's 64 children as they
    /// were before this point, zeros where the disk ended then. Level 1 and up: the children are nodes, or pages, of the
    /// level below; level 0: a page, whose children are blocks. Asked at most once per node that is written, and once for
    /// a disk none of whose blocks is named.</param>
    /// <returns>Takes the disk's pages.</returns>
    public DiskTableWriter BeginDisk(
        string id,
        long size,
        bool complete,
        Func<int, long, CancellationToken, ValueTask<Digest[]>>? previousChildren
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (_finished || _disks.Any(disk => disk.Id == id))
        {
            throw new InvalidOperationException($"Disk {id} cannot begin now.");
        }

        if (complete != previousChildren is null)
        {
            throw new ArgumentException(
                "A table needs the state before unless it is complete.",
                nameof(previousChildren)
            );
        }

        var shape = new TreeShape(size, _identity.BlockSize);
        var disk = new DiskTableWriter(
            id,
            size,
            complete,
            new DiskTableBuilder(shape, previousChildren, WriteNodeAsync),
            WritePageAsync
        );
        _disks.Add((id, () => disk.IsEnded ? disk.ToMessage() : null));
        return disk;
    }

    /// <summary>Writes the next disk as it stands in another file, but for the segments it names.</summary>
    /// <param name="from">The disk's table there.</param>
    /// <param name="move">The segment that holds, under the same frame numbers, what another held.</param>
    /// <param name="cancellationToken">Cancels the call; the file is then useless.</param>
    /// <exception cref="LonghaulException">data.damaged; what the other file throws.</exception>
    public async ValueTask CopyDiskAsync(
        DiskTableReader from,
        Func<SegmentId, SegmentId> move,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(move);
        var table = await new DiskTableCopy(from, move, WritePageAsync, WriteNodeAsync)
            .WriteAsync(cancellationToken)
            .ConfigureAwait(false);
        _disks.Add((from.Id, () => table));
    }

    /// <summary>Notes a frame that this point replaced somewhere.</summary>
    /// <param name="frame">The frame; given twice it counts once.</param>
    public void AddDead(FrameAddress frame) => _dead.Add(frame);

    /// <summary>Writes dead list, header and footer.</summary>
    /// <param name="header">Identity, times and configuration; ids, block size, disks, segments, dead list and root are
    /// filled in here. Not changed.</param>
    /// <param name="cancellationToken">Cancels the call; the file is then useless.</param>
    /// <exception cref="InvalidOperationException">A disk was not ended, or the file is finished.</exception>
    public async ValueTask<PointFileResult> FinishAsync(PointHeader header, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (_finished || _disks.Exists(disk => disk.Table() is null))
        {
            throw new InvalidOperationException("A disk was not ended, or the file is finished.");
        }

        _finished = true;
        var full = Fill(header);
        var dead = default(TableExtent);
        if (!_dead.IsEmpty)
        {
            dead = await WritePartAsync(_dead.Encode(), cancellationToken).ConfigureAwait(false);
            full.DeadList = dead.ToMessage();
        }

        var bytes = Seal(PointPart.Header, Position, full.ToByteArray());
        if (Math.Max(bytes.Length, dead.Length) > PointFooter.MaxPartLength)
        {
            throw new InvalidOperationException("Header or dead list is longer than a reader believes.");
        }

        var footer = new byte[PointFooter.Size];
        new PointFooter(Position, bytes.Length, Checksum.Of(bytes), dead.Offset, dead.Length, dead.Checksum).Write(
            footer
        );
        await AppendAsync(bytes, cancellationToken).ConfigureAwait(false);
        await AppendAsync(footer, cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        var hash = new Digest(_hash.GetHashAndReset());
        _hash.Dispose();
        return new PointFileResult(new Digest(full.Root.Span), _offset, hash, full);
    }

    private PointHeader Fill(PointHeader header)
    {
        var full = header.Clone();
        full.Backup = ByteString.CopyFrom(_identity.Backup.ToBytes());
        full.Point = ByteString.CopyFrom(_identity.Point.ToBytes());
        full.Machine = ByteString.CopyFrom(_identity.Machine.ToBytes());
        full.BlockSize = (uint)_identity.BlockSize;
        full.Disks.Clear();
        full.Disks.AddRange(_disks.Select(disk => disk.Table()));
        full.Segments.Clear();
        full.Segments.AddRange(
            _segments.OrderBy(pair => pair.Value).Select(pair => ByteString.CopyFrom(pair.Key.ToBytes()))
        );
        full.DeadList = null;
        full.Root = ByteString.CopyFrom(PointFile.RootOf(full).ToBytes());
        return full;
    }

    private int PlaceOf(SegmentId segment)
    {
        if (!_segments.TryGetValue(segment, out var place))
        {
            _segments[segment] = place = _segments.Count;
        }

        return place;
    }

    private async ValueTask<TableExtent> WritePageAsync(TablePage page, CancellationToken cancellationToken)
    {
        var offset = Position;
        var first = Seal(PointPart.Digests, offset, TableColumns.EncodeDigests(page));
        var second = Seal(PointPart.Addresses, offset + first.Length, TableColumns.EncodeAddresses(page, PlaceOf));
        await AppendAsync(first, cancellationToken).ConfigureAwait(false);
        await AppendAsync(second, cancellationToken).ConfigureAwait(false);
        return new TableExtent(offset, first.Length, Checksum.Of(first), second.Length, Checksum.Of(second));
    }

    private ValueTask<TableExtent> WriteNodeAsync(Func<long, byte[]> encode, CancellationToken cancellationToken) =>
        WritePartAsync(Seal(PointPart.Node, Position, encode(Position)), cancellationToken);

    private byte[] Seal(PointPart part, long offset, byte[] plain) => _cipher?.Seal(part, offset, plain) ?? plain;

    private async ValueTask<TableExtent> WritePartAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var offset = Position;
        await AppendAsync(bytes, cancellationToken).ConfigureAwait(false);
        return new TableExtent(offset, bytes.Length, Checksum.Of(bytes), 0, 0);
    }

    private async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, BufferSize - _buffered)];
            part.CopyTo(_buffer.AsMemory(_buffered));
            _buffered += part.Length;
            bytes = bytes[part.Length..];
            if (_buffered == BufferSize)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var bytes = _buffer.AsMemory(0, _buffered);
        _hash.AppendData(bytes.Span);
        await _write(bytes, cancellationToken).ConfigureAwait(false);
        _offset += _buffered;
        _buffered = 0;
    }
}
