using System.Buffers;
using Longhaul.Core;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>Takes a block over in the form the source stores it in, where encoding it anew would come to the same.</summary>
/// <remarks>
/// <para>That is so when the source has decided against the version that the target has: a delta upon it or upon one that
/// it stands upon, or the whole where that was no use; and a whole where there is nothing to make a delta upon. What was
/// stored uncompressed is encoded anew. The payload is checked by its checksum and not decoded: what rots is found, and
/// decoding each block would cost several times what sending it does (docs/decisions/0007-pass-by-checksum.md).</para>
/// <para>Source: docs/format.md, section "Frame".</para>
/// </remarks>
/// <param name="source">The disk, in the target's block size.</param>
/// <param name="stored">The disk at the target's newest point; null when it has none.</param>
/// <param name="bases">The target's frames, which deltas would stand upon.</param>
/// <param name="maxDepth">Longest chain of deltas at the target, 0 (never delta) to 64.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class StoredPassing(SourceDisk source, DiskView? stored, DeltaBases bases, int maxDepth)
{
    /// <summary>Reads and checks a block's payload, and takes it over.</summary>
    /// <param name="block">The block; neither zero nor unchanged.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame, the caller disposes it; null when the block is to be encoded anew.</returns>
    /// <exception cref="LonghaulException">data errors of either backup.</exception>
    internal async ValueTask<FrameDraft?> TryPassAsync(CopyBlock block, CancellationToken cancellationToken)
    {
        var chain = await source.ChainAsync(block.Index, cancellationToken).ConfigureAwait(false);
        return await TryDecideAsync(block, chain[0].Frame, cancellationToken).ConfigureAwait(false) is (true, var basis)
            ? await ReadAsync(block, chain[0], basis, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Decides whether a frame is taken over, and upon which of the target's.</summary>
    private async ValueTask<(bool Passes, ChainLink? Basis)> TryDecideAsync(
        CopyBlock block,
        FrameInfo frame,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var (isNamed, previous) = HasBase(block)
                ? await source.FindOldAsync(block.Index, block.Old.Digest, cancellationToken).ConfigureAwait(false)
                : default;
            if (frame.Codec != FrameCodec.ZstdDelta)
            {
                return (frame.Codec == FrameCodec.Zstd && (!isNamed || previous is not null), null);
            }

            var basis = previous is { } old
                ? await FindBaseAsync(block, frame, old, cancellationToken).ConfigureAwait(false)
                : null;
            var isGood =
                basis?.Frame.Depth < maxDepth
                && await bases
                    .IsSoundAsync(basis.Address, block.Old.Address!.Value, cancellationToken)
                    .ConfigureAwait(false);
            return (isGood, basis);
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            // An older version is gone, or it or the target's is damaged: the block alone is enough.
            return (false, null);
        }
    }

    private static bool HasBase(CopyBlock block) => block is { Old.Address: not null, IsComparable: true };

    /// <summary>Finds the target's frame of the version that a delta of the source is upon.</summary>
    /// <remarks>Where the chains of both sides are equally long, the source's decision is taken as it is, and of the target's
    /// chain only the frames down to the base are looked up: each may lie in another segment, whose frame table has to
    /// cross the wire.</remarks>
    private async ValueTask<ChainLink?> FindBaseAsync(
        CopyBlock block,
        FrameInfo delta,
        FrameAddress previous,
        CancellationToken cancellationToken
    )
    {
        var at = await bases.Tables.FindAsync(block.Old.Address!.Value, cancellationToken).ConfigureAwait(false);
        if (delta.Base == previous && delta.Depth != at.Frame.Depth + 1)
        {
            var below = await bases.Tables.ChainAsync(at.Address, cancellationToken).ConfigureAwait(false);
            return IsGoodUpon(delta, below) ? below[0] : null;
        }

        foreach (var link in await source.ChainAsync(previous, cancellationToken).ConfigureAwait(false))
        {
            if (at.Frame.Depth != link.Frame.Depth)
            {
                return null;
            }

            if (link.Address == delta.Base)
            {
                var isSame =
                    link.Address == previous
                    || await IsSameAsync(block.Index, link.Address, at.Address, cancellationToken)
                        .ConfigureAwait(false);
                return isSame ? at : null;
            }

            if (at.Frame.Base is not { } next)
            {
                return null;
            }

            at = await bases.Tables.FindAsync(next, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Whether an older version of a block at the source and one at the target have the same content.</summary>
    private async ValueTask<bool> IsSameAsync(
        long block,
        FrameAddress atSource,
        FrameAddress atTarget,
        CancellationToken cancellationToken
    ) =>
        await source.Now.AsOfAsync(block, atSource, cancellationToken).ConfigureAwait(false) is { } ours
        && stored is not null
        && await stored.AsOfAsync(block, atTarget, cancellationToken).ConfigureAwait(false) is { } theirs
        && await source.ReadDigestAsync(ours, block, cancellationToken).ConfigureAwait(false)
            == await source.ReadDigestAsync(theirs, block, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether a delta makes nobody read more than twice the whole.</summary>
    private static bool IsGoodUpon(FrameInfo delta, IReadOnlyList<ChainLink> below) =>
        delta.StoredLength + below.Sum(link => (long)link.Frame.StoredLength) <= below[^1].Frame.StoredLength * 2L;

    private async ValueTask<FrameDraft> ReadAsync(
        CopyBlock block,
        ChainLink link,
        ChainLink? basis,
        CancellationToken cancellationToken
    )
    {
        var frame = link.Frame;
        var rented = ArrayPool<byte>.Shared.Rent(frame.TotalLength);
        int length;
        try
        {
            var payload = await source
                .ReadPayloadAsync(block.Index, link, rented, cancellationToken)
                .ConfigureAwait(false);
            payload.Span.CopyTo(rented);
            length = payload.Length;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }

        return new FrameDraft(
            frame.Codec,
            block.Length,
            rented,
            length,
            basis?.Address,
            basis is null ? 0 : basis.Frame.Depth + 1,
            beginsRun: basis is null || frame.BeginsRun
        );
    }
}
