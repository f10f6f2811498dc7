using System.Buffers;
using System.Collections.Concurrent;
using Longhaul.Core.Jobs;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Encoding;

/// <summary>Decides how a changed block is stored: as a delta upon its older version, or whole.</summary>
/// <remarks>
/// <para>The policy, which is no part of the format: a delta is upon the block's version in the baseline, or upon one
/// further down its chain, as <see cref="DeltaPlan"/> says. Where a reader would have to read more than twice the whole, it
/// is upon the version at which the present run of deltas began, and begins a run itself. Whole when none helps, or when
/// the delta is over half of the whole.</para>
/// <para>A block that replaces another whole is compressed with the most effort: there are few of them (the log of
/// a database, most of all), and they are most of what an increment sends. One of a machine's first point with the least:
/// a full crosses the line once, or travels as a seed.</para>
/// <para>What the whole would take is estimated by the whole frame at the chain's bottom, and only compressed when the
/// delta is not clearly better, or that frame could not be compressed.</para>
/// <para>Source: docs/decisions/0008-which-version-a-delta-is-upon.md.</para>
/// </remarks>
/// <param name="level">How hard to compress.</param>
/// <param name="maxDepth">Longest chain of deltas, 0 (never delta) to 64.</param>
/// <param name="isFirst">Whether the machine has no point yet, and all there is is stored.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class FrameEncoder(CompressionLevel level, int maxDepth, bool isFirst) : IDisposable
{
    private readonly ConcurrentBag<BlockEncoder> _encoders = [];

    /// <summary>Encodes a block.</summary>
    /// <param name="raw">The block.</param>
    /// <param name="basis">Its version in the baseline; null when there is none.</param>
    /// <param name="older">Reads a version further down the chain; null when this side does not have it. What it gave
    /// last is overwritten by the next call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame; the caller disposes it.</returns>
    internal async ValueTask<FrameDraft> EncodeAsync(
        ReadOnlyMemory<byte> raw,
        DeltaBase? basis,
        Func<FrameAddress, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> older,
        CancellationToken cancellationToken
    )
    {
        var encoder = _encoders.TryTake(out var taken) ? taken : new BlockEncoder(level);
        try
        {
            if (basis is not { } known || maxDepth == 0 || level == CompressionLevel.None)
            {
                return Whole(encoder, raw, isFirst ? Effort.Quick : Effort.Usual);
            }

            return await DeltaAsync(encoder, raw, known, older, cancellationToken).ConfigureAwait(false)
                ?? Whole(encoder, raw, Effort.Thorough);
        }
        finally
        {
            _encoders.Add(encoder);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_encoders.TryTake(out var encoder))
        {
            encoder.Dispose();
        }
    }

    private async ValueTask<FrameDraft?> DeltaAsync(
        BlockEncoder encoder,
        ReadOnlyMemory<byte> raw,
        DeltaBase known,
        Func<FrameAddress, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> older,
        CancellationToken cancellationToken
    )
    {
        var nearest = Encode(encoder, raw, known.Chain, known.Content, beginsRun: false);
        try
        {
            if (nearest is not null)
            {
                var isFull = nearest.Depth > maxDepth;
                var place =
                    isFull ? DeltaPlan.WayBack(known.Chain, nearest.StoredLength, maxDepth)
                    : DeltaPlan.PassesOverNewest(known.Chain, nearest.StoredLength, maxDepth) ? 1
                    : 0;
                if (place > 0 && await UponAsync(place, beginsRun: false).ConfigureAwait(false) is { } further)
                {
                    return further;
                }

                if (!isFull && Pays(encoder, raw, nearest.StoredLength, known.Chain))
                {
                    var taken = nearest;
                    nearest = null;
                    return taken;
                }
            }

            var start = RunStart(known.Chain);
            return start > 0 ? await UponAsync(start, beginsRun: true).ConfigureAwait(false) : null;
        }
        finally
        {
            nearest?.Dispose();
        }

        async ValueTask<FrameDraft?> UponAsync(int place, bool beginsRun)
        {
            IReadOnlyList<ChainLink> chain = [.. known.Chain.Skip(place)];
            var draft = await older(chain[0].Address, cancellationToken).ConfigureAwait(false) is { } content
                ? Encode(encoder, raw, chain, content, beginsRun)
                : null;
            if (draft is null || (draft.Depth <= maxDepth && Pays(encoder, raw, draft.StoredLength, chain)))
            {
                return draft;
            }

            draft.Dispose();
            return null;
        }
    }

    /// <summary>Where in the chain the present run of deltas began; 0 when that is the version before itself.</summary>
    private static int RunStart(IReadOnlyList<ChainLink> chain) =>
        chain.TakeWhile(link => !link.Frame.BeginsRun && link.Frame.Base is not null).Count();

    /// <summary>Makes a delta, however deep and large.</summary>
    private static FrameDraft? Encode(
        BlockEncoder encoder,
        ReadOnlyMemory<byte> raw,
        IReadOnlyList<ChainLink> chain,
        ReadOnlyMemory<byte> content,
        bool beginsRun
    )
    {
        var rented = ArrayPool<byte>.Shared.Rent(BlockEncoder.Bound(raw.Length));
        var length = encoder.EncodeDelta(raw.Span, content.Span, rented.AsSpan(0, raw.Length));
        if (length < 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
            return null;
        }

        var (address, depth) = (chain[0].Address, chain[0].Frame.Depth + 1);
        return new FrameDraft(FrameCodec.ZstdDelta, raw.Length, rented, length, address, depth, beginsRun);
    }

    /// <summary>Whether a delta is at most half of the whole, and what must be read at most twice the whole.</summary>
    private static bool Pays(BlockEncoder encoder, ReadOnlyMemory<byte> raw, int length, IReadOnlyList<ChainLink> chain)
    {
        var toRead = length + chain.Sum(link => (long)link.Frame.StoredLength);
        var bottom = chain[^1].Frame;

        // What could not be compressed says nothing of what came in its place.
        if (
            bottom.Codec != FrameCodec.Raw
            && length <= bottom.StoredLength / 4
            && toRead <= bottom.StoredLength * 3L / 2
        )
        {
            return true;
        }

        var scratch = ArrayPool<byte>.Shared.Rent(BlockEncoder.Bound(raw.Length));
        var whole = encoder.Encode(raw.Span, scratch.AsSpan(0, raw.Length));
        ArrayPool<byte>.Shared.Return(scratch);
        whole = whole < 0 ? raw.Length : whole;
        return length <= whole / 2 && toRead <= whole * 2L;
    }

    private static FrameDraft Whole(BlockEncoder encoder, ReadOnlyMemory<byte> raw, Effort effort)
    {
        var rented = ArrayPool<byte>.Shared.Rent(BlockEncoder.Bound(raw.Length));
        var length = encoder.Encode(raw.Span, rented.AsSpan(0, raw.Length), effort);
        if (length >= 0)
        {
            return new FrameDraft(FrameCodec.Zstd, raw.Length, rented, length, null, 0, beginsRun: true);
        }

        raw.Span.CopyTo(rented);
        return new FrameDraft(FrameCodec.Raw, raw.Length, rented, raw.Length, null, 0, beginsRun: true);
    }
}
