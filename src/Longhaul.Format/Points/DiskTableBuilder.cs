using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Points;

/// <summary>Builds the tree above the pages of one disk while they are written: a node goes out as soon as the pages have
/// passed its range.</summary>
/// <remarks>Memory: one open node per level.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DiskTableBuilder
{
    private readonly Func<int, long, CancellationToken, ValueTask<Digest[]>>? _previousChildren;
    private readonly Func<Func<long, byte[]>, CancellationToken, ValueTask<TableExtent>> _writeNode;
    private readonly OpenNode?[] _open;
    private Digest[]? _topChildren;
    private TableExtent? _top;

    /// <summary>Begins a disk.</summary>
    /// <param name="shape">Its size and the block size.</param>
    /// <param name="previousChildren">The state before; null where blocks not named are zero.</param>
    /// <param name="writeNode">Writes what it is given the offset for, and says where it stands.</param>
    public DiskTableBuilder(
        TreeShape shape,
        Func<int, long, CancellationToken, ValueTask<Digest[]>>? previousChildren,
        Func<Func<long, byte[]>, CancellationToken, ValueTask<TableExtent>> writeNode
    )
    {
        Shape = shape;
        _previousChildren = previousChildren;
        _writeNode = writeNode;
        _open = new OpenNode?[shape.Levels + 1];
    }

    /// <summary>The disk's size and the block size.</summary>
    public TreeShape Shape { get; }

    /// <summary>The topmost node; null when no block is named.</summary>
    public TableExtent? Top => _top;

    /// <summary>Puts the nodes out that no page from here on can be under.</summary>
    /// <param name="pageIndex">The next page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask PassAsync(long pageIndex, CancellationToken cancellationToken)
    {
        for (var level = 1; level <= Shape.Levels; level++)
        {
            if (_open[level] is { } node && node.Index != pageIndex >> TreeShape.FanOutLog2 * level)
            {
                await CloseAsync(level, node, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Adds a page that was written.</summary>
    /// <param name="pageIndex">Its place.</param>
    /// <param name="blocks">The digests of its 64 blocks.</param>
    /// <param name="extent">Where it stands.</param>
    public void AddPage(long pageIndex, ReadOnlyMemory<Digest> blocks, TableExtent extent)
    {
        if (Shape.Levels == 0)
        {
            (_topChildren, _top) = (blocks.ToArray(), extent);
            return;
        }

        Add(1, pageIndex, DigestTree.Combine(blocks.Span), extent);
    }

    /// <summary>Puts the last nodes out.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The disk's digest.</returns>
    public async ValueTask<Digest> EndAsync(CancellationToken cancellationToken)
    {
        for (var level = 1; level <= Shape.Levels; level++)
        {
            if (_open[level] is { } node)
            {
                await CloseAsync(level, node, cancellationToken).ConfigureAwait(false);
            }
        }

        _topChildren ??= await BeforeAsync(Shape.Levels, 0, ulong.MinValue, cancellationToken).ConfigureAwait(false);
        return Shape.Root(_topChildren);
    }

    private void Add(int level, long childIndex, Digest digest, TableExtent extent)
    {
        var node = _open[level] ??= new OpenNode(childIndex >> TreeShape.FanOutLog2);
        node.Present |= 1UL << (int)(childIndex & TreeShape.FanOut - 1);
        node.Children.Add((digest, extent));
    }

    private async ValueTask CloseAsync(int level, OpenNode node, CancellationToken cancellationToken)
    {
        var children = await BeforeAsync(level, node.Index, node.Present, cancellationToken).ConfigureAwait(false);
        foreach (var (slot, (digest, _)) in Slots.Of(node.Present).Zip(node.Children))
        {
            children[slot] = digest;
        }

        var extent = await _writeNode(
                offset => TableColumns.EncodeNode(offset, node.Present, node.Children, ofPages: level == 1),
                cancellationToken
            )
            .ConfigureAwait(false);
        _open[level] = null;
        if (level == Shape.Levels)
        {
            (_topChildren, _top) = (children, extent);
            return;
        }

        Add(level + 1, node.Index, DigestTree.Combine(children), extent);
    }

    // The children as they were, with zeros beyond the disk's end; those named now are not asked for alone.
    private async ValueTask<Digest[]> BeforeAsync(
        int level,
        long index,
        ulong named,
        CancellationToken cancellationToken
    )
    {
        var count = Shape.ChildrenOf(level, index);
        var children = new Digest[TreeShape.FanOut];
        Array.Fill(children, Shape.ZeroChild(level));
        var all = count == TreeShape.FanOut ? ulong.MaxValue : (1UL << count) - 1;
        if (_previousChildren is null || (named & all) == all)
        {
            return children;
        }

        var before = await _previousChildren(level, index, cancellationToken).ConfigureAwait(false);
        if (before.Length != TreeShape.FanOut)
        {
            throw new InvalidOperationException($"A node has {TreeShape.FanOut} children, not {before.Length}.");
        }

        before.AsSpan(0, count).CopyTo(children);
        return children;
    }

    private sealed class OpenNode(long index)
    {
        public long Index { get; } = index;

        public ulong Present { get; set; }

        public List<(Digest Digest, TableExtent Extent)> Children { get; } = [];
    }
}
