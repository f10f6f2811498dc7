using System.Collections.Concurrent;
using Longhaul.Core;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Blocks;

/// <summary>The frame tables of a backup's segments, read when first asked for and kept while there is room.</summary>
/// <remarks>Memory: about 100 bytes per frame, for at most <paramref name="frameLimit"/> frames and one segment more; some 200
/// bytes for each encrypted segment that was read.</remarks>
/// <param name="folder">The backup.</param>
/// <param name="frameLimit">Frames to keep in memory.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class SegmentTables(BackupFolder folder, int frameLimit = 256 * 1024)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SegmentId, LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _order = new();
    private readonly ConcurrentDictionary<SegmentId, SegmentCipher> _ciphers = [];
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

    /// <summary>What opens the payloads of a segment.</summary>
    /// <param name="segment">A segment that the log lists.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null where they are not sealed.</returns>
    /// <exception cref="LonghaulException">As <see cref="GetAsync"/>; backup.locked: there is no key to it; data.damaged too when
    /// the log lists it as encrypted, and it is not.</exception>
    internal async ValueTask<SegmentCipher?> CipherOfAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        if (!folder.State.Segments.TryGetValue(segment, out var listed) || listed.KeyGeneration == 0)
        {
            return null;
        }

        if (_ciphers.TryGetValue(segment, out var known))
        {
            return known;
        }

        var key = folder.KeyOf(listed.KeyGeneration)!;
        var table = await GetAsync(segment, cancellationToken).ConfigureAwait(false);
        return table.Salt is { } salt
            ? _ciphers.GetOrAdd(segment, new SegmentCipher(key, segment, salt.Span))
            : throw Errors.DataDamaged(FileOf(segment), 10, "it is not encrypted, as the log says it is");
    }

    /// <summary>Finds one frame.</summary>
    /// <param name="address">Its segment and number.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">As <see cref="GetAsync"/>; data.damaged too when the segment has no such frame,
    /// and data.removed when it had, and was written again without it.</exception>
    public async ValueTask<ChainLink> FindAsync(FrameAddress address, CancellationToken cancellationToken)
    {
        var table = await GetAsync(address.Segment, cancellationToken).ConfigureAwait(false);
        return table.Find(address.Number) is { } frame
            ? new ChainLink(address, frame, table.Generation)
            : throw await AbsentAsync(address, cancellationToken).ConfigureAwait(false);
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
            var link = await FindAsync(next, cancellationToken).ConfigureAwait(false);
            if (chain.Count > 0 && chain[^1].Frame.Depth <= link.Frame.Depth)
            {
                throw Errors.DataDamaged(
                    FileOf(next.Segment),
                    link.Frame.Offset,
                    "a delta upon a frame as deep as itself"
                );
            }

            chain.Add(link);
            at = link.Frame.Base;
        }

        return chain;
    }

    /// <summary>The file of a segment's present generation.</summary>
    /// <param name="segment">The segment.</param>
    /// <returns>Its name, from the backup folder down.</returns>
    public string FileOf(SegmentId segment) => BackupNames.SegmentFile(segment, GenerationOf(segment));

    /// <summary>Finds a frame anew whose file is gone: the segment may have been written again.</summary>
    /// <param name="link">Where the frame was.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The same frame in a later generation.</returns>
    /// <exception cref="LonghaulException">data.removed, data.missing, data.damaged: it is nowhere else.</exception>
    internal async ValueTask<ChainLink> FollowAsync(ChainLink link, CancellationToken cancellationToken)
    {
        var segment = link.Address.Segment;
        var gone = await GoneAsync(segment, link.Generation, cancellationToken).ConfigureAwait(false);
        if (!IsSuperseded(segment, link.Generation))
        {
            throw gone;
        }

        Forget(segment, link.Generation);
        var found = await FindAsync(link.Address, cancellationToken).ConfigureAwait(false);
        if (found.Frame.Base is null && found.Frame.RawLength == link.Frame.RawLength && !IsSame(found, link))
        {
            // Mended since: whoever looks it up anew finds it whole.
            throw Errors.DataRemoved(BackupNames.SegmentFile(segment, link.Generation));
        }

        return IsSame(found, link)
            ? found
            : throw Errors.DataDamaged(
                BackupNames.SegmentFile(segment, found.Generation),
                found.Frame.Offset,
                $"frame {link.Address.Number} is not the one generation {link.Generation} had"
            );
    }

    /// <summary>Reads a segment's table in the generation that the log lists now, whatever was read before.</summary>
    /// <param name="segment">A segment that the log lists.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">As <see cref="GetAsync"/>.</exception>
    internal ValueTask<SegmentTable> GetPresentAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        Forget(segment, GenerationOf(segment) - 1);
        return GetAsync(segment, cancellationToken);
    }

    /// <summary>Says why a file that should be there is not: removed meanwhile, or missing.</summary>
    private async ValueTask<LonghaulException> GoneAsync(
        SegmentId segment,
        int generation,
        CancellationToken cancellationToken
    )
    {
        await folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var file = BackupNames.SegmentFile(segment, generation);
        return
            folder.State.Segments.TryGetValue(segment, out var state) && !state.IsDead && state.Generation == generation
            ? Errors.DataMissing(file)
            : Errors.DataRemoved(file);
    }

    /// <summary>Says why a frame that should be in a table is not: left out when it was needed no more, or damage.</summary>
    private async ValueTask<LonghaulException> AbsentAsync(FrameAddress address, CancellationToken cancellationToken)
    {
        await folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var file = FileOf(address.Segment);
        return
            folder.State.Segments.TryGetValue(address.Segment, out var state)
            && !state.Condemned.Contains(address.Number)
            ? Errors.DataDamaged(file, 0, $"it has no frame {address.Number}")
            : Errors.DataRemoved(file);
    }

    private async ValueTask<SegmentTable> ReadAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        while (true)
        {
            var generation = GenerationOf(segment);
            try
            {
                return await ReadAsync(segment, generation, cancellationToken).ConfigureAwait(false);
            }
            catch (LonghaulException error) when (error.Code == "data.removed" && IsSuperseded(segment, generation))
            {
                // Written again, and the older file deleted, since the log was read; each time round it is a later one.
            }
        }
    }

    /// <summary>Reads a table where it is nearest.</summary>
    private async ValueTask<SegmentTable> ReadAsync(
        SegmentId segment,
        int generation,
        CancellationToken cancellationToken
    )
    {
        if (folder.Near is { } near && ListedAs(segment, generation) is { } listed)
        {
            return await ReadNearAsync(near, listed, cancellationToken).ConfigureAwait(false);
        }

        var stored = await FindStoredAsync(segment, generation, cancellationToken).ConfigureAwait(false);
        return await DecodeAsync(stored, segment, generation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the table that is kept, or the stored one to be kept.</summary>
    private async ValueTask<SegmentTable> ReadNearAsync(
        TableCache near,
        SegmentState listed,
        CancellationToken cancellationToken
    )
    {
        var (segment, generation) = (listed.Id, listed.Generation);
        if (
            await near.FindAsync(listed, BackupNames.SegmentFile(segment, generation), cancellationToken)
                .ConfigureAwait(false) is
            { } kept
        )
        {
            try
            {
                return await DecodeAsync(kept, segment, generation, cancellationToken).ConfigureAwait(false);
            }
            catch (LonghaulException error) when (error.IsAboutData)
            {
                // Rotten where it is kept: what is read now takes its place.
            }
        }

        var stored = await FindStoredAsync(segment, generation, cancellationToken).ConfigureAwait(false);
        var read = new RecordedRange(stored);
        var table = await DecodeAsync(read, segment, generation, cancellationToken).ConfigureAwait(false);
        await near.KeepAsync(listed, read, cancellationToken).ConfigureAwait(false);
        return table;
    }

    private async ValueTask<StoredRange> FindStoredAsync(
        SegmentId segment,
        int generation,
        CancellationToken cancellationToken
    ) =>
        await StoredRange
            .FindAsync(
                folder.Store,
                BackupNames.SegmentFile(segment, generation),
                token => GoneAsync(segment, generation, token),
                cancellationToken
            )
            .ConfigureAwait(false)
        ?? throw await GoneAsync(segment, generation, cancellationToken).ConfigureAwait(false);

    private async ValueTask<SegmentTable> DecodeAsync(
        IByteRange file,
        SegmentId segment,
        int generation,
        CancellationToken cancellationToken
    )
    {
        var table = await SegmentTable
            .ReadAsync(file, folder.Descriptor.Id, segment, cancellationToken)
            .ConfigureAwait(false);
        if (table.Generation != generation)
        {
            throw Errors.DataDamaged(file.Name, 0, $"it says that it is generation {table.Generation}");
        }

        if (folder.State.Segments.TryGetValue(segment, out var listed) && listed.Identity != table.Identity)
        {
            throw Errors.DataDamaged(file.Name, file.Length, "its frame table is not the one the log lists");
        }

        return table;
    }

    /// <summary>The segment as the log lists it, if in that generation.</summary>
    private SegmentState? ListedAs(SegmentId segment, int generation) =>
        folder.State.Segments.TryGetValue(segment, out var state) && state.Generation == generation ? state : null;

    private int GenerationOf(SegmentId segment) =>
        folder.State.Segments.GetValueOrDefault(segment)?.Generation ?? SegmentPreamble.FirstGeneration;

    private bool IsSuperseded(SegmentId segment, int generation) =>
        folder.State.Segments.TryGetValue(segment, out var state) && state.Generation > generation;

    private static bool IsSame(ChainLink found, ChainLink link) =>
        found.Frame with { Offset = link.Frame.Offset } == link.Frame;

    private void Forget(SegmentId segment, int throughGeneration)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(segment, out var node) && node.Value.Table.Generation <= throughGeneration)
            {
                _order.Remove(node);
                _kept.Remove(segment);
                _frames -= node.Value.Table.Frames.Count;
            }
        }
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
