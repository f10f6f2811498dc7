using System.Buffers;
using Longhaul.Core;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Copying;

/// <summary>Takes a block over in the form the source stores it in, where encoding it anew would come to the same.</summary>
/// <remarks>
/// <para>That is so when the source has decided against the version that the target has: a delta upon it, or the whole
/// where that was no use; and a whole where there is nothing to make a delta upon. What was stored uncompressed is
/// encoded anew. The payload is checked by its checksum and not decoded: what rots is found, and decoding each block would
/// cost several times what sending it does (docs/decisions/0007-pass-by-checksum.md).</para>
/// <para>Source: docs/format.md, section "Frame".</para>
/// </remarks>
/// <param name="source">The disk, in the target's block size.</param>
/// <param name="target">The target's frame tables, for the chains deltas would stand upon.</param>
/// <param name="maxDepth">Longest chain of deltas at the target, 0 (never delta) to 64.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class StoredPassing(SourceDisk source, SegmentTables target, int maxDepth)
{
    /// <summary>Reads and checks a block's payload, and takes it over.</summary>
    /// <param name="block">The block; neither zero nor unchanged.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame, the caller disposes it; null when the block is to be encoded anew.</returns>
    /// <exception cref="LonghaulException">data errors of either backup.</exception>
    internal async ValueTask<FrameDraft?> TryPassAsync(CopyBlock block, CancellationToken cancellationToken)
    {
        var chain = await source.ChainAsync(block.Index, cancellationToken).ConfigureAwait(false);
        var frame = chain[0].Frame;
        var (isNamed, previous) = HasBase(block)
            ? await source.FindOldAsync(block.Index, block.Old.Digest, cancellationToken).ConfigureAwait(false)
            : default;
        IReadOnlyList<ChainLink> below = [];
        if (frame.Codec == FrameCodec.ZstdDelta)
        {
            if (previous is null || frame.BeginsRun || frame.Base != previous)
            {
                return null;
            }

            below = await target.ChainAsync(block.Old.Address!.Value, cancellationToken).ConfigureAwait(false);
            if (!IsGoodUpon(frame, below))
            {
                return null;
            }
        }
        else if (frame.Codec != FrameCodec.Zstd || (isNamed && previous is null))
        {
            return null;
        }

        return await ReadAsync(block, chain[0], below, cancellationToken).ConfigureAwait(false);
    }

    private static bool HasBase(CopyBlock block) => block is { Old.Address: not null, IsComparable: true };

    /// <summary>Whether the delta keeps to the depth allowed, and makes nobody read more than twice the whole.</summary>
    private bool IsGoodUpon(FrameInfo delta, IReadOnlyList<ChainLink> below) =>
        below[0].Frame.Depth + 1 <= maxDepth
        && delta.StoredLength + below.Sum(link => (long)link.Frame.StoredLength) <= below[^1].Frame.StoredLength * 2L;

    private async ValueTask<FrameDraft> ReadAsync(
        CopyBlock block,
        ChainLink link,
        IReadOnlyList<ChainLink> below,
        CancellationToken cancellationToken
    )
    {
        var frame = link.Frame;
        var rented = ArrayPool<byte>.Shared.Rent(frame.StoredLength);
        try
        {
            await source
                .ReadStoredAsync(block.Index, link, rented.AsMemory(0, frame.StoredLength), cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }

        return below.Count > 0
            ? new FrameDraft(
                frame.Codec,
                block.Length,
                rented,
                frame.StoredLength,
                below[0].Address,
                below[0].Frame.Depth + 1,
                beginsRun: false
            )
            : new FrameDraft(
                frame.Codec,
                block.Length,
                rented,
                frame.StoredLength,
                basis: null,
                depth: 0,
                beginsRun: true
            );
    }
}
