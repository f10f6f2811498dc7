using System.Buffers;
using System.Collections.Concurrent;
using Longhaul.Core.Jobs;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Encoding;

/// <summary>Decides how a changed block is stored: as a delta upon its older version, or whole.</summary>
/// <remarks>
/// <para>The policy, which is no part of the format: a delta is upon the block's version in the baseline. Where that
/// would pass the depth allowed, or make a reader read more than twice the whole, it is upon the version at which the
/// present run of deltas began, and begins a run itself. Whole when neither helps, or when the delta is over half of the
/// whole.</para>
/// <para>What the whole would take is estimated by the whole frame at the chain's bottom, and only compressed when the
/// delta is not clearly better.</para>
/// <para>Source: docs/format.md, section "Frame".</para>
/// </remarks>
/// <param name="level">How hard to compress.</param>
/// <param name="maxDepth">Longest chain of deltas, 0 (never delta) to 64.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class FrameEncoder(CompressionLevel level, int maxDepth) : IDisposable
{
    private readonly ConcurrentBag<BlockEncoder> _encoders = [];

    /// <summary>Encodes a block.</summary>
    /// <param name="raw">The block.</param>
    /// <param name="basis">Its version in the baseline; null when there is none.</param>
    /// <param name="runStart">Finds the version at which a run of deltas began; null when this side does not have it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame; the caller disposes it.</returns>
    internal async ValueTask<FrameDraft> EncodeAsync(
        ReadOnlyMemory<byte> raw,
        DeltaBase? basis,
        Func<FrameAddress, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> runStart,
        CancellationToken cancellationToken
    )
    {
        var encoder = _encoders.TryTake(out var taken) ? taken : new BlockEncoder(level);
        try
        {
            if (basis is { } known && maxDepth > 0 && level != CompressionLevel.None)
            {
                if (TryDelta(encoder, raw, known.Chain, known.Content, beginsRun: false) is { } delta)
                {
                    return delta;
                }

                var start = RunStart(known.Chain);
                if (
                    start.Count > 0
                    && start.Count < known.Chain.Count
                    && await runStart(start[0].Address, cancellationToken).ConfigureAwait(false) is { } content
                    && TryDelta(encoder, raw, start, content, beginsRun: true) is { } second
                )
                {
                    return second;
                }
            }

            return Whole(encoder, raw);
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

    /// <summary>The chain from the frame down at which the present run of deltas began.</summary>
    private static IReadOnlyList<ChainLink> RunStart(IReadOnlyList<ChainLink> chain) =>
        [.. chain.SkipWhile(link => !link.Frame.BeginsRun && link.Frame.Base is not null)];

    private FrameDraft? TryDelta(
        BlockEncoder encoder,
        ReadOnlyMemory<byte> raw,
        IReadOnlyList<ChainLink> chain,
        ReadOnlyMemory<byte> content,
        bool beginsRun
    )
    {
        var depth = chain[0].Frame.Depth + 1;
        if (depth > maxDepth)
        {
            return null;
        }

        var rented = ArrayPool<byte>.Shared.Rent(BlockEncoder.Bound(raw.Length));
        var length = encoder.EncodeDelta(raw.Span, content.Span, rented.AsSpan(0, raw.Length));
        if (length < 0 || !Pays(encoder, raw, length, chain))
        {
            ArrayPool<byte>.Shared.Return(rented);
            return null;
        }

        return new FrameDraft(FrameCodec.ZstdDelta, raw.Length, rented, length, chain[0].Address, depth, beginsRun);
    }

    /// <summary>Whether a delta is at most half of the whole, and what must be read at most twice the whole.</summary>
    private static bool Pays(BlockEncoder encoder, ReadOnlyMemory<byte> raw, int length, IReadOnlyList<ChainLink> chain)
    {
        var toRead = length + chain.Sum(link => (long)link.Frame.StoredLength);
        var estimate = chain[^1].Frame.StoredLength;
        if (length <= estimate / 4 && toRead <= estimate * 3L / 2)
        {
            return true;
        }

        var scratch = ArrayPool<byte>.Shared.Rent(BlockEncoder.Bound(raw.Length));
        var whole = encoder.Encode(raw.Span, scratch.AsSpan(0, raw.Length));
        ArrayPool<byte>.Shared.Return(scratch);
        whole = whole < 0 ? raw.Length : whole;
        return length <= whole / 2 && toRead <= whole * 2L;
    }

    private static FrameDraft Whole(BlockEncoder encoder, ReadOnlyMemory<byte> raw)
    {
        var rented = ArrayPool<byte>.Shared.Rent(BlockEncoder.Bound(raw.Length));
        var length = encoder.Encode(raw.Span, rented.AsSpan(0, raw.Length));
        if (length >= 0)
        {
            return new FrameDraft(FrameCodec.Zstd, raw.Length, rented, length, null, 0, beginsRun: true);
        }

        raw.Span.CopyTo(rented);
        return new FrameDraft(FrameCodec.Raw, raw.Length, rented, raw.Length, null, 0, beginsRun: true);
    }
}
