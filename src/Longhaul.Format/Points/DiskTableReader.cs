using System.Numerics;
using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Points;

/// <summary>The block table of one disk in one point file.</summary>
/// <remarks>What it returns is null where the table names nothing: there everything is zero when the table is
/// <see cref="Complete"/>, else as in the table before. Every read may throw data.damaged, naming file and offset, and what
/// the file throws.</remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class DiskTableReader
{
    private readonly TableFile _table;
    private readonly SegmentId[] _segments;
    private readonly TableExtent? _top;

    internal DiskTableReader(TableFile table, DiskTable disk, int blockSize, SegmentId[] segments)
    {
        _table = table;
        _segments = segments;
        Id = disk.Id;
        Shape = new TreeShape((long)disk.Size, blockSize);
        Complete = disk.Complete;
        Entries = (long)disk.Entries;
        Root = new Digest(disk.Root.Span);
        _top = disk.Top is { } top ? TableExtent.Of(top) : null;
    }

    /// <summary>The disk's identity.</summary>
    public string Id { get; }

    /// <summary>How the tree is laid out.</summary>
    public TreeShape Shape { get; }

    /// <summary>The disk's size in bytes.</summary>
    public long Size => Shape.Size;

    /// <summary>Bytes of a block.</summary>
    public int BlockSize => Shape.BlockSize;

    /// <summary>Whether blocks that are not named are zero; else they are as in the table before.</summary>
    public bool Complete { get; }

    /// <summary>Levels of nodes above the pages.</summary>
    public int Levels => Shape.Levels;

    /// <summary>Blocks named.</summary>
    public long Entries { get; }

    /// <summary>The disk's digest.</summary>
    public Digest Root { get; }

    /// <summary>Reads both columns of a page.</summary>
    /// <param name="pageIndex">From 0; beyond the disk nothing is named.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the page is not named.</returns>
    public async ValueTask<TablePage?> ReadPageAsync(long pageIndex, CancellationToken cancellationToken)
    {
        var extent = await FindAsync(0, pageIndex, cancellationToken).ConfigureAwait(false);
        if (extent is not { } found)
        {
            return null;
        }

        var digests = await ReadDigestsAsync(found, pageIndex, cancellationToken).ConfigureAwait(false);
        var addresses = await ReadAddressesAsync(found, cancellationToken).ConfigureAwait(false);
        return TableColumns.Join(digests, addresses)
            ?? throw Errors.DataDamaged(_table.File.Name, found.Offset, "the two columns of a page disagree");
    }

    /// <summary>Reads what the blocks of a page are, and nothing else.</summary>
    /// <param name="pageIndex">From 0; beyond the disk nothing is named.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the page is not named.</returns>
    public async ValueTask<PageDigests?> ReadPageDigestsAsync(long pageIndex, CancellationToken cancellationToken)
    {
        var extent = await FindAsync(0, pageIndex, cancellationToken).ConfigureAwait(false);
        return extent is { } found
            ? await ReadDigestsAsync(found, pageIndex, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Reads where the blocks of a page lie, and nothing else.</summary>
    /// <param name="pageIndex">From 0; beyond the disk nothing is named.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the page is not named.</returns>
    public async ValueTask<PageAddresses?> ReadPageAddressesAsync(long pageIndex, CancellationToken cancellationToken)
    {
        var extent = await FindAsync(0, pageIndex, cancellationToken).ConfigureAwait(false);
        return extent is { } found ? await ReadAddressesAsync(found, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>Reads which children of a node are named, and their digests.</summary>
    /// <param name="level">1 to <see cref="Levels"/>; the children of level 1 are pages.</param>
    /// <param name="index">The node's place in its level, from 0; beyond the disk nothing is named.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the node is not named.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    public async ValueTask<NodeChildren?> ReadNodeAsync(int level, long index, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, Levels);
        var extent = await FindAsync(level, index, cancellationToken).ConfigureAwait(false);
        return extent is { } found
            ? await ReadNodeAtAsync(found, level, index, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Lists the pages that are named.</summary>
    /// <param name="firstPage">Pages before it are left out.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Page indexes, ascending.</returns>
    public async IAsyncEnumerable<long> NamedPagesAsync(
        long firstPage,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstPage);
        if (_top is not { } top)
        {
            yield break;
        }

        var pending = new Stack<(TableExtent Extent, int Level, long Index)>();
        pending.Push((top, Levels, 0));
        while (pending.TryPop(out var next))
        {
            var last = ((next.Index + 1) << TreeShape.FanOutLog2 * next.Level) - 1;
            if (last < firstPage)
            {
                continue;
            }

            if (next.Level == 0)
            {
                yield return next.Index;
                continue;
            }

            var node = await ReadNodeAtAsync(next.Extent, next.Level, next.Index, cancellationToken)
                .ConfigureAwait(false);
            foreach (var slot in Slots.Of(node.Present).Reverse())
            {
                pending.Push((node.ExtentOf(slot), next.Level - 1, (next.Index << TreeShape.FanOutLog2) + slot));
            }
        }
    }

    private async ValueTask<TableExtent?> FindAsync(int level, long index, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (_top is not { } extent || index >= Shape.NodesAt(level))
        {
            return null;
        }

        for (var above = Levels; above > level; above--)
        {
            var below = index >> TreeShape.FanOutLog2 * (above - 1 - level);
            var node = await ReadNodeAtAsync(extent, above, below >> TreeShape.FanOutLog2, cancellationToken)
                .ConfigureAwait(false);
            var slot = (int)(below & TreeShape.FanOut - 1);
            if (!node.Names(slot))
            {
                return null;
            }

            extent = node.ExtentOf(slot);
        }

        return extent;
    }

    private async ValueTask<NodeChildren> ReadNodeAtAsync(
        TableExtent extent,
        int level,
        long index,
        CancellationToken cancellationToken
    )
    {
        if (_table.Cache.TryGet<NodeChildren>(_table.Key, extent.Offset, out var kept))
        {
            return kept;
        }

        var stored = await ReadAsync(PointPart.Node, extent.Offset, extent.Length, extent.Checksum, cancellationToken)
            .ConfigureAwait(false);
        if (
            !TableColumns.TryDecodeNode(
                stored,
                extent.Offset,
                Shape.ChildrenOf(level, index),
                ofPages: level == 1,
                out var node
            )
        )
        {
            throw Errors.DataDamaged(_table.File.Name, extent.Offset, "a node of its tree cannot be read");
        }

        // A node's 64 children: a digest of 32 bytes and an extent of 40.
        _table.Cache.Add(_table.Key, extent.Offset, node, 128 + 72 * BitOperations.PopCount(node.Present));
        return node;
    }

    private async ValueTask<PageDigests> ReadDigestsAsync(
        TableExtent extent,
        long pageIndex,
        CancellationToken cancellationToken
    )
    {
        if (_table.Cache.TryGet<PageDigests>(_table.Key, extent.Offset, out var kept))
        {
            return kept;
        }

        var stored = await ReadAsync(
                PointPart.Digests,
                extent.Offset,
                extent.Length,
                extent.Checksum,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (
            !TableColumns.TryDecodeDigests(stored, Shape.ZeroChild(0), out var page)
            || page.Present != 0 && BitOperations.Log2(page.Present) >= Shape.ChildrenOf(0, pageIndex)
        )
        {
            throw Errors.DataDamaged(_table.File.Name, extent.Offset, "the digests of a page cannot be read");
        }

        _table.Cache.Add(_table.Key, extent.Offset, page, 128 + 72 * BitOperations.PopCount(page.Present));
        return page;
    }

    private async ValueTask<PageAddresses> ReadAddressesAsync(TableExtent extent, CancellationToken cancellationToken)
    {
        var offset = extent.Offset + extent.Length;
        if (_table.Cache.TryGet<PageAddresses>(_table.Key, offset, out var kept))
        {
            return kept;
        }

        var stored = await ReadAsync(
                PointPart.Addresses,
                offset,
                extent.SecondLength,
                extent.SecondChecksum,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (!TableColumns.TryDecodeAddresses(stored, _segments, out var page))
        {
            throw Errors.DataDamaged(_table.File.Name, offset, "the addresses of a page cannot be read");
        }

        _table.Cache.Add(_table.Key, offset, page, 128 + 56 * BitOperations.PopCount(page.Present));
        return page;
    }

    private async ValueTask<byte[]> ReadAsync(
        PointPart part,
        long offset,
        int length,
        ulong checksum,
        CancellationToken cancellationToken
    )
    {
        if (length > _table.Limit - offset)
        {
            throw Errors.DataDamaged(_table.File.Name, offset, "a page or node does not lie in the file's tables");
        }

        var stored = await PointFile
            .ReadCheckedAsync(_table.File, offset, length, checksum, cancellationToken)
            .ConfigureAwait(false);
        return _table.Cipher?.Open(_table.File.Name, part, offset, stored) ?? stored;
    }
}
