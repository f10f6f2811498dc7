using System.Security.Cryptography;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Digests;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>Writes a point file as a stream, disk after disk, page after page.</summary>
/// <remarks>
/// <para>Memory: 64 KiB, one open node per level, the list of segments, and four bytes per dead frame.</para>
/// <para>Call order: for each disk <see cref="BeginDisk"/>, <see cref="AddPageAsync"/> with ascending pages,
/// <see cref="EndDiskAsync"/>; then <see cref="FinishAsync"/>. Anything else is an <see cref="InvalidOperationException"/>.</para>
/// </remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class PointFileWriter
{
    private const int BufferSize = 64 << 10;

    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> _write;
    private readonly PointPreamble _identity;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<SegmentId, int> _segments = [];
    private readonly DeadListBuilder _dead = new();
    private readonly List<DiskTable> _disks = [];
    private DiskTableBuilder? _builder;
    private DiskTable? _disk;
    private long _lastPage;
    private long _offset;
    private int _buffered;
    private bool _finished;

    /// <summary>Begins a file.</summary>
    /// <param name="write">Appends bytes to the file; they are not kept after the call.</param>
    /// <param name="backup">The backup the point is written for.</param>
    /// <param name="point">The point.</param>
    /// <param name="machine">Its machine.</param>
    /// <param name="blockSize">A block size of the format.</param>
    /// <exception cref="ArgumentException">An id is empty, or the size is no block size.</exception>
    public PointFileWriter(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        BackupId backup,
        PointId point,
        MachineId machine,
        int blockSize
    )
    {
        ArgumentNullException.ThrowIfNull(write);
        if (!DigestTree.IsBlockSize(blockSize) || backup.IsEmpty || point.IsEmpty || machine.IsEmpty)
        {
            throw new ArgumentException("A point file has a block size of the format and three ids.");
        }

        _write = write;
        _identity = new PointPreamble(blockSize, backup, point, machine);
        _identity.Write(_buffer);
        _buffered = PointPreamble.Size;
    }

    private long Position => _offset + _buffered;

    /// <summary>Begins a disk.</summary>
    /// <param name="id">Its identity; each once.</param>
    /// <param name="size">Bytes, 0 to <see cref="DigestTree.MaxDiskSize"/>.</param>
    /// <param name="complete">True: blocks that are not named are zero. False: they are as before.</param>
    /// <param name="previousChildren">For a table that is not complete: gives the digests of a node's 64 children as they
    /// were before this point, zeros where the disk ended then. Level 1 and up: the children are nodes, or pages, of the
    /// level below; level 0: a page, whose children are blocks. Asked at most once per node that is written, and once for
    /// a disk none of whose blocks is named.</param>
    public void BeginDisk(
        string id,
        long size,
        bool complete,
        Func<int, long, CancellationToken, ValueTask<Digest[]>>? previousChildren
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (_disk is not null || _finished || _disks.Any(disk => disk.Id == id))
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
        _builder = new DiskTableBuilder(shape, previousChildren, WriteNodeAsync);
        _disk = new DiskTable
        {
            Id = id,
            Size = (ulong)size,
            Complete = complete,
            Levels = (uint)shape.Levels,
        };
        _lastPage = -1;
    }

    /// <summary>Adds a page.</summary>
    /// <remarks>Of a disk that shrank, the page its end now lies in is added even when it names no block.</remarks>
    /// <param name="pageIndex">Above that of the page before.</param>
    /// <param name="page">What is named in it.</param>
    /// <param name="digests">The digests of all its 64 blocks after this point; the zero digest beyond the disk's end.</param>
    /// <param name="cancellationToken">Cancels the call; the file is then useless.</param>
    /// <exception cref="ArgumentException">The page is out of order or beyond the disk, or page and digests disagree.</exception>
    public async ValueTask AddPageAsync(
        long pageIndex,
        TablePage page,
        ReadOnlyMemory<Digest> digests,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(page);
        var builder = _builder ?? throw new InvalidOperationException("No disk was begun.");
        CheckPage(builder.Shape, pageIndex, page, digests.Span);
        await builder.PassAsync(pageIndex, cancellationToken).ConfigureAwait(false);
        var offset = Position;
        var first = TableColumns.EncodeDigests(page);
        var second = TableColumns.EncodeAddresses(page, PlaceOf);
        await AppendAsync(first, cancellationToken).ConfigureAwait(false);
        await AppendAsync(second, cancellationToken).ConfigureAwait(false);
        builder.AddPage(
            pageIndex,
            digests,
            new TableExtent(offset, first.Length, Checksum.Of(first), second.Length, Checksum.Of(second))
        );
        _lastPage = pageIndex;
        _disk!.Entries += (ulong)page.Count;
    }

    /// <summary>Ends a disk.</summary>
    /// <param name="cancellationToken">Cancels the call; the file is then useless.</param>
    /// <returns>The disk's digest.</returns>
    public async ValueTask<Digest> EndDiskAsync(CancellationToken cancellationToken)
    {
        var builder = _builder ?? throw new InvalidOperationException("No disk was begun.");
        var root = await builder.EndAsync(cancellationToken).ConfigureAwait(false);
        _disk!.Root = ByteString.CopyFrom(root.ToBytes());
        _disk.Top = builder.Top?.ToMessage();

        _disks.Add(_disk);
        (_builder, _disk) = (null, null);
        return root;
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
        if (_disk is not null || _finished)
        {
            throw new InvalidOperationException("A disk was not ended, or the file is finished.");
        }

        _finished = true;
        var full = Fill(header);
        var dead = default(TableExtent);
        if (!_dead.IsEmpty)
        {
            dead = await WriteNodeAsync(_ => _dead.Encode(), cancellationToken).ConfigureAwait(false);
            full.DeadList = dead.ToMessage();
        }

        var bytes = full.ToByteArray();
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
        full.Disks.AddRange(_disks);
        full.Segments.Clear();
        full.Segments.AddRange(
            _segments.OrderBy(pair => pair.Value).Select(pair => ByteString.CopyFrom(pair.Key.ToBytes()))
        );
        full.DeadList = null;
        full.Root = ByteString.CopyFrom(PointFile.RootOf(full).ToBytes());
        return full;
    }

    private void CheckPage(TreeShape shape, long pageIndex, TablePage page, ReadOnlySpan<Digest> digests)
    {
        if (pageIndex <= _lastPage || pageIndex >= shape.Pages || digests.Length != TreeShape.FanOut)
        {
            throw new ArgumentException($"Page {pageIndex} of {shape.Pages} cannot come here.", nameof(pageIndex));
        }

        var (count, zero) = (shape.ChildrenOf(0, pageIndex), shape.ZeroChild(0));
        if (digests[count..].ContainsAnyExcept(zero))
        {
            throw new ArgumentException("A digest beyond the disk's end is not that of zeros.", nameof(digests));
        }

        foreach (var slot in Slots.Of(page.Present))
        {
            var entry = page[slot];
            if (
                slot >= count
                || entry.New.Digest != digests[slot]
                || entry.New.IsZero && entry.New.Digest != zero
                || entry.Old is { IsZero: true } old && old.Digest != zero
            )
            {
                throw new ArgumentException($"Block {slot} of page {pageIndex} contradicts itself.", nameof(page));
            }
        }
    }

    private int PlaceOf(SegmentId segment)
    {
        if (!_segments.TryGetValue(segment, out var place))
        {
            _segments[segment] = place = _segments.Count;
        }

        return place;
    }

    private async ValueTask<TableExtent> WriteNodeAsync(Func<long, byte[]> encode, CancellationToken cancellationToken)
    {
        var offset = Position;
        var bytes = encode(offset);
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
