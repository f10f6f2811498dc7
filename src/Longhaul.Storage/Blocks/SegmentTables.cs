using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Folders;

namespace Longhaul.Storage.Blocks;

/// <summary>The frame tables of a backup's segments, read when first asked for and kept while there is room.</summary>
/// <remarks>Memory: about 100 bytes per frame, for at most <paramref name="frameLimit"/> frames and one segment more.</remarks>
/// <param name="folder">The backup.</param>
/// <param name="frameLimit">Frames to keep in memory.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class SegmentTables(BackupFolder folder, int frameLimit = 256 * 1024)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SegmentId, LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _order = new();
    private int _frames;

    /// <summary>Reads a segment's frame table.</summary>
    /// <param name="segment">A segment that the log lists.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.removed, data.missing, data.damaged, format.unsupported.</exception>
    public async ValueTask<SegmentTable> GetAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(segment, out var node))
            {
                _order.Remove(node);
                _order.AddFirst(node);
                return node.Value.Table;
            }
        }

        var table = await ReadAsync(segment, cancellationToken).ConfigureAwait(false);
        Keep(segment, table);
        return table;
    }

    /// <summary>Finds one frame.</summary>
    /// <param name="address">Its segment and number.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">As <see cref="GetAsync"/>; data.damaged too when the segment has no such frame.</exception>
    public async ValueTask<FrameInfo> FindAsync(FrameAddress address, CancellationToken cancellationToken)
    {
        var table = await GetAsync(address.Segment, cancellationToken).ConfigureAwait(false);
        return table.Find(address.Number)
            ?? throw Errors.DataDamaged(FileOf(address.Segment), 0, $"it has no frame {address.Number}");
    }

    /// <summary>Finds a frame and all it is a delta upon.</summary>
    /// <param name="address">The frame.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame itself first, the one without a base last; at most 65.</returns>
    /// <exception cref="LonghaulException">As <see cref="FindAsync"/>; data.damaged too when the chain is longer.</exception>
    public async ValueTask<IReadOnlyList<ChainLink>> ChainAsync(
        FrameAddress address,
        CancellationToken cancellationToken
    )
    {
        var chain = new List<ChainLink>();
        for (FrameAddress? at = address; at is { } next; )
        {
            var frame = await FindAsync(next, cancellationToken).ConfigureAwait(false);
            if (chain.Count > 0 && chain[^1].Frame.Depth <= frame.Depth)
            {
                throw Errors.DataDamaged(FileOf(next.Segment), frame.Offset, "a delta upon a frame as deep as itself");
            }

            chain.Add(new ChainLink(next, frame));
            at = frame.Base;
        }

        return chain;
    }

    /// <summary>The file of a segment's present generation.</summary>
    /// <param name="segment">The segment.</param>
    /// <returns>Its name, from the backup folder down.</returns>
    public string FileOf(SegmentId segment) =>
        BackupNames.SegmentFile(
            segment,
            folder.State.Segments.GetValueOrDefault(segment)?.Generation ?? SegmentPreamble.FirstGeneration
        );

    /// <summary>Says why a file that should be there is not: removed meanwhile, or missing.</summary>
    /// <param name="segment">The segment whose file is gone.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<LonghaulException> GoneAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        var file = FileOf(segment);
        await folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return folder.State.Segments.TryGetValue(segment, out var state) && !state.IsDead
            ? Errors.DataMissing(file)
            : Errors.DataRemoved(file);
    }

    private async ValueTask<SegmentTable> ReadAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        var file = await StoredRange
            .FindAsync(folder.Store, FileOf(segment), token => GoneAsync(segment, token), cancellationToken)
            .ConfigureAwait(false);
        if (file is null)
        {
            throw await GoneAsync(segment, cancellationToken).ConfigureAwait(false);
        }

        var table = await SegmentTable
            .ReadAsync(file, folder.Descriptor.Id, segment, cancellationToken)
            .ConfigureAwait(false);
        if (folder.State.Segments.TryGetValue(segment, out var listed) && listed.Identity != table.Identity)
        {
            throw Errors.DataDamaged(file.Name, file.Length, "its frame table is not the one the log lists");
        }

        return table;
    }

    private void Keep(SegmentId segment, SegmentTable table)
    {
        lock (_gate)
        {
            if (_kept.ContainsKey(segment))
            {
                return;
            }

            _kept[segment] = _order.AddFirst(new Kept(segment, table));
            _frames += table.Frames.Count;
            while (_frames > frameLimit && _order.Count > 1)
            {
                var oldest = _order.Last!.Value;
                _order.RemoveLast();
                _kept.Remove(oldest.Segment);
                _frames -= oldest.Table.Frames.Count;
            }
        }
    }

    private sealed record Kept(SegmentId Segment, SegmentTable Table);
}
