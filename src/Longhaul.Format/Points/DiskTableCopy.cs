using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>Writes the table of one disk again as it is, but for the segments it names.</summary>
/// <remarks>Digests are taken over, not computed: what the table does not name is in tables before it. Memory: one open node per
/// level.</remarks>
/// <param name="from">The table.</param>
/// <param name="move">The segment that holds, under the same frame numbers, what another held.</param>
/// <param name="writePage">Writes a page, and says where it stands.</param>
/// <param name="writeNode">Writes what it is given the offset for, and says where it stands.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DiskTableCopy(
    DiskTableReader from,
    Func<SegmentId, SegmentId> move,
    Func<TablePage, CancellationToken, ValueTask<TableExtent>> writePage,
    Func<Func<long, byte[]>, CancellationToken, ValueTask<TableExtent>> writeNode
)
{
    /// <summary>Writes the table.</summary>
    /// <param name="cancellationToken">Cancels the call; the file is then useless.</param>
    /// <returns>What the header says of the disk.</returns>
    internal async ValueTask<DiskTable> WriteAsync(CancellationToken cancellationToken)
    {
        var top = await WriteAsync(from.Levels, 0, cancellationToken).ConfigureAwait(false);
        return new DiskTable
        {
            Id = from.Id,
            Size = (ulong)from.Size,
            Root = ByteString.CopyFrom(from.Root.ToBytes()),
            Complete = from.Complete,
            Levels = (uint)from.Levels,
            Entries = (ulong)from.Entries,
            Top = top?.ToMessage(),
        };
    }

    /// <summary>Writes a node and all below it; null when it is not named.</summary>
    private async ValueTask<TableExtent?> WriteAsync(int level, long index, CancellationToken cancellationToken)
    {
        if (level == 0)
        {
            return await from.ReadPageAsync(index, cancellationToken).ConfigureAwait(false) is { } page
                ? await writePage(Moved(page), cancellationToken).ConfigureAwait(false)
                : null;
        }

        if (await from.ReadNodeAsync(level, index, cancellationToken).ConfigureAwait(false) is not { } node)
        {
            return null;
        }

        var children = new List<(Digest Digest, TableExtent Extent)>();
        foreach (var slot in Slots.Of(node.Present))
        {
            var child = await WriteAsync(level - 1, (index << TreeShape.FanOutLog2) + slot, cancellationToken)
                .ConfigureAwait(false);
            children.Add((node[slot], child!.Value));
        }

        return await writeNode(
                offset => TableColumns.EncodeNode(offset, node.Present, children, ofPages: level == 1),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private TablePage Moved(TablePage page) =>
        TablePage.Create(
            Slots.Of(page.Present).Select(slot => (slot, new TableEntry(Moved(page[slot].New), MovedOld(page[slot]))))
        );

    private BlockVersion? MovedOld(TableEntry entry) => entry.Old is { } old ? Moved(old) : null;

    private BlockVersion Moved(BlockVersion version) =>
        version.Address is { } address
            ? version with
            {
                Address = new FrameAddress(move(address.Segment), address.Number),
            }
            : version;
}
