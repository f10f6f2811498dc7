using System.Numerics;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Machines;
using Longhaul.Engine.Pipelines;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Points;

/// <summary>Writes the frames and the table of one new restore point from the outcomes of its blocks.</summary>
/// <remarks>
/// <para>Outcomes of a disk come in ascending order, those of several disks in any. Blocks of which none comes are as in the
/// baseline, or zero in a complete table. Nothing is part of the backup until the result is committed.</para>
/// <para>Memory: one page of entries per disk, the write buffers, the table of the segment being written, four bytes per frame
/// replaced, and a bit per frame relied on.</para>
/// </remarks>
/// <threadsafety>One caller at a time, but <see cref="AddAsync"/> and <see cref="EndDiskAsync"/>: each disk may have a caller
/// of its own, and they take turns.</threadsafety>
internal sealed class PointBuilder : IAsyncDisposable
{
    private readonly BackupFolder _folder;
    private readonly PointIdentity _identity;
    private readonly PointBlocks _known;
    private readonly PointCheckpoints _checkpoints;
    private readonly SegmentSink _sink;
    private readonly ListKey? _key;
    private readonly IObjectWriter _file;
    private readonly TableDraft? _near;
    private readonly PointFileWriter _table;
    private readonly List<DiskLayout> _disks = [];
    private readonly FrameMarks _shared = new();
    private readonly FrameMarks _references = new();
    private readonly FrameMarks _resumed = new();
    private readonly string _fileName;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private PointBuilder(
        BackupFolder folder,
        PointIdentity identity,
        PointBlocks known,
        PointCheckpoints checkpoints,
        IObjectWriter file
    )
    {
        _folder = folder;
        _identity = identity;
        _known = known;
        _checkpoints = checkpoints;
        _file = file;
        _near = folder.Near?.Begin();
        _fileName = file.Name;
        _key = folder.WritingKey;
        _sink = new SegmentSink(folder, identity.Machine, identity.Sequence);
        _table = new PointFileWriter(
            WriteTableAsync,
            folder.Descriptor.Id,
            identity.Id,
            identity.Machine,
            folder.Descriptor.BlockSize,
            _key
        );
    }

    /// <summary>What it took so far.</summary>
    internal PointCounts Counts { get; } = new();

    /// <summary>Begins a point.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="identity">What is known of the point.</param>
    /// <param name="known">Blocks that need not be stored again.</param>
    /// <param name="checkpoints">Remembers what is durable, for a run that is interrupted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static async ValueTask<PointBuilder> BeginAsync(
        BackupFolder folder,
        PointIdentity identity,
        PointBlocks known,
        PointCheckpoints checkpoints,
        CancellationToken cancellationToken
    )
    {
        var name = BackupNames.PointFile(identity.Machine, identity.CreatedAt, identity.Id);
        var file = await folder.Store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        return new PointBuilder(folder, identity, known, checkpoints, file);
    }

    /// <summary>Begins the next disk of the point.</summary>
    /// <param name="layout">Its identity and size.</param>
    /// <param name="baseline">What its blocks are compared with; null when the machine had no such disk of that size.</param>
    /// <param name="complete">Whether the table is to name every block that is not zero.</param>
    /// <param name="fill">Whether a complete table gets from the baseline what no outcome comes for; else that is zero.</param>
    /// <returns>What the disk's outcomes are given with; to be ended.</returns>
    internal DiskInProgress BeginDisk(DiskLayout layout, Baseline? baseline, bool complete, bool fill = false)
    {
        _disks.Add(layout);
        var table = _table.BeginDisk(
            layout.Id,
            layout.Size.Bytes,
            complete,
            complete || baseline is null ? null : baseline.Content.ReadChildrenAsync
        );
        return new DiskInProgress(table, baseline, complete, fill ? new UnchangedPages(baseline!) : null);
    }

    /// <summary>Takes the outcome of a disk's next block.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="outcome">Stays the caller's.</param>
    /// <param name="load">What the caller counts as writing; the wait for its turn is taken off.</param>
    /// <param name="cancellationToken">Cancels the call; the builder is then to be disposed.</param>
    internal async ValueTask AddAsync(
        DiskInProgress disk,
        BlockOutcome outcome,
        StageLoad load,
        CancellationToken cancellationToken
    )
    {
        using (load.WaitingToWrite())
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await AddInTurnAsync(disk, outcome, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a disk.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="cancellationToken">Cancels the call; the builder is then to be disposed.</param>
    internal async ValueTask EndDiskAsync(DiskInProgress disk, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EndPageAsync(disk, cancellationToken).ConfigureAwait(false);
            await FillAsync(disk, long.MaxValue, cancellationToken).ConfigureAwait(false);
            await disk.Table.EndAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Names frames that the point no longer has, since their disk is gone or shorter.</summary>
    /// <param name="address">A frame of the point before.</param>
    internal void AddDead(FrameAddress address) => _table.AddDead(address);

    /// <summary>Makes everything durable.</summary>
    /// <param name="complete">Whether the table of every disk is complete.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is to be committed.</returns>
    internal async ValueTask<BuiltPoint> FinishAsync(bool complete, CancellationToken cancellationToken)
    {
        var segments = await _sink.CompleteAsync(cancellationToken).ConfigureAwait(false);
        var leftovers = _checkpoints.ListUsed(_identity.Machine, _identity.Sequence, _resumed);
        var result = await _table.FinishAsync(Header(), cancellationToken).ConfigureAwait(false);
        try
        {
            await _file.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw Errors.BackupChanged(_folder.Name, $"{_fileName} was taken away while it was being written");
        }

        _near?.KeepAs(result.FileHash);
        Counts.BytesWritten = _sink.BytesWritten + result.Length;
        var table = new TableState(
            _identity.Id,
            _identity.Machine,
            _identity.Sequence,
            _fileName,
            result.Length,
            result.FileHash,
            complete,
            complete ? _identity.LastFull : 0,
            _key?.Generation ?? 0
        );
        foreach (var basis in leftovers.References)
        {
            _references.Add(basis);
        }

        return new BuiltPoint
        {
            Point = Point(result.Root),
            MachineName = _identity.MachineName,
            Follows = _identity.Follows,
            Table = table,
            Segments = [.. segments, .. leftovers.Segments],
            Shared = _shared.ToSets(),
            Unused = leftovers.Unused,
            UnusedBytes = leftovers.UnusedBytes,
            References = _references.ToSets(),
            Counts = Counts,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        _near?.Dispose();
        await _sink.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Writes the table, and what is written once more where the next run reads it without the wire.</summary>
    private async ValueTask WriteTableAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await _file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        if (_near is not null)
        {
            await _near.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask AddInTurnAsync(
        DiskInProgress disk,
        BlockOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        var page = outcome.Block / DiskView.Fanout;
        if (page != disk.Page)
        {
            await EndPageAsync(disk, cancellationToken).ConfigureAwait(false);
            await FillAsync(disk, page, cancellationToken).ConfigureAwait(false);
            await disk.BeginPageAsync(page, _folder.Descriptor.BlockSize, cancellationToken).ConfigureAwait(false);
        }

        var address = await PlaceAsync(outcome, cancellationToken).ConfigureAwait(false);
        var version = new BlockVersion(outcome.Digest, address);
        var changed = version != outcome.Old;
        if (changed && outcome.Old.Address is { } replaced)
        {
            _table.AddDead(replaced);
        }

        disk.Set((int)(outcome.Block % DiskView.Fanout), version, outcome.Old, changed);
    }

    /// <summary>Finds or makes the place where a block's content lies.</summary>
    private async ValueTask<FrameAddress?> PlaceAsync(BlockOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Frame is null)
        {
            if (outcome.Known is { } address && address != outcome.Old.Address)
            {
                Reference(address, outcome);
            }

            return outcome.Known;
        }

        // The same content may have been stored a moment ago, by a block that was under way at the same time.
        if (_known.TryFind(outcome.Digest, outcome.Frame.RawLength, out var twin))
        {
            Reference(twin, outcome);
            return twin;
        }

        var placed = await _sink.AppendAsync(outcome.Frame, cancellationToken).ConfigureAwait(false);
        if (outcome.Frame.Base is { } basis)
        {
            Counts.BlocksDelta++;
            _references.Add(basis);
        }

        _known.Add(outcome.Digest, outcome.Frame.RawLength, placed);
        await _checkpoints
            .StoredAsync(
                _sink,
                _identity.Machine,
                placed,
                outcome.Digest,
                outcome.Frame.StoredLength,
                cancellationToken
            )
            .ConfigureAwait(false);
        return placed;
    }

    private void Reference(FrameAddress address, BlockOutcome outcome)
    {
        if (outcome.IsResumed)
        {
            Counts.BlocksResumed++;
            _resumed.Add(address);
            _known.Add(outcome.Digest, outcome.ResumedLength, address);
            return;
        }

        Counts.BlocksKnown++;
        _references.Add(address);
        _shared.Add(address);
    }

    /// <summary>Names the pages before another for which no outcome came.</summary>
    private async ValueTask FillAsync(DiskInProgress disk, long before, CancellationToken cancellationToken)
    {
        while (
            disk.Unchanged is { } unchanged
            && await unchanged.NextAsync(before, cancellationToken).ConfigureAwait(false) is { } page
        )
        {
            await disk.BeginPageAsync(page, _folder.Descriptor.BlockSize, cancellationToken).ConfigureAwait(false);
            await EndPageAsync(disk, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask EndPageAsync(DiskInProgress disk, CancellationToken cancellationToken)
    {
        if (disk.TakePage() is { } page)
        {
            Counts.BlocksChanged += BitOperations.PopCount(disk.ChangedInPage);
            await disk.Table.AddPageAsync(disk.Page, page, disk.Digests, cancellationToken).ConfigureAwait(false);
        }
    }

    private PointHeader Header()
    {
        var header = new PointHeader
        {
            Backup = Bytes(_folder.Descriptor.Id),
            Point = Bytes(_identity.Id),
            Machine = Bytes(_identity.Machine),
            Sequence = (ulong)_identity.Sequence,
            CreatedAt = _identity.CreatedAt.ToUnixTimeMilliseconds(),
            MachineName = _identity.MachineName,
            Job = Bytes(_identity.Job),
            SourcePoint = _identity.SourcePoint is { } source ? Bytes(source) : ByteString.Empty,
            Consistency = _identity.Consistency,
            BlockSize = (uint)_folder.Descriptor.BlockSize,
        };
        header.Configuration.Add(_identity.Configuration);
        return header;
    }

    private RestorePoint Point(Digest root) =>
        new()
        {
            Id = _identity.Id,
            MachineId = _identity.Machine,
            Sequence = _identity.Sequence,
            CreatedAt = _identity.CreatedAt,
            Kind = PointKind.Full,
            SourcePoint = _identity.SourcePoint,
            Root = root,
            Disks = [.. _disks],
            Job = _identity.Job,
            WrittenBy = _identity.WrittenBy,
        };

    private static ByteString Bytes<T>(Id<T> id) => ByteString.CopyFrom(id.ToBytes());
}
