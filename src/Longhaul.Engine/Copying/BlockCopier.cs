using System.Buffers;
using Longhaul.Core;
using Longhaul.Engine.Encoding;
using Longhaul.Engine.Points;
using Longhaul.Format.Digests;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>Turns a block of the source into what the target stores of it.</summary>
/// <param name="blockSize">The target's block size, in bytes.</param>
/// <param name="machine">The machine, by the target's id.</param>
/// <param name="source">The disk.</param>
/// <param name="stored">The disk at the target's newest point; null when it has none.</param>
/// <param name="bases">The target's frames, which deltas would stand upon.</param>
/// <param name="encoder">Encodes; stays the caller's.</param>
/// <param name="known">Content the target has already.</param>
/// <param name="checkpoints">Content an interrupted run has stored.</param>
/// <param name="passing">Takes payloads over as the source stores them; null to encode every block anew.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class BlockCopier(
    int blockSize,
    MachineId machine,
    SourceDisk source,
    DiskView? stored,
    DeltaBases bases,
    FrameEncoder encoder,
    PointBlocks known,
    PointCheckpoints checkpoints,
    StoredPassing? passing
)
{
    private readonly Digest _zero = DigestTree.Zero(DigestTree.LevelOf(blockSize));
    private long _bytesRead;

    /// <summary>Bytes of blocks read from the source.</summary>
    internal long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Decides what becomes of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="LonghaulException">data errors of either backup.</exception>
    internal async ValueTask<BlockOutcome> CopyAsync(CopyBlock block, CancellationToken cancellationToken)
    {
        if (block.Content is { } content && TrySettle(block, content) is { } settled)
        {
            return settled;
        }

        if (
            block.Content is { } digestKnown
            && passing is not null
            && await passing.TryPassAsync(block, cancellationToken).ConfigureAwait(false) is { } passed
        )
        {
            Interlocked.Add(ref _bytesRead, block.Length);
            return BlockOutcome.Stored(block.Index, block.Old, digestKnown, passed);
        }

        return await EncodeAsync(block, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<BlockOutcome> EncodeAsync(CopyBlock block, CancellationToken cancellationToken)
    {
        var rented = ArrayPool<byte>.Shared.Rent(block.Length);
        try
        {
            var raw = rented.AsMemory(0, block.Length);
            await source.ReadAsync(block.Index * blockSize, raw, cancellationToken).ConfigureAwait(false);
            Interlocked.Add(ref _bytesRead, block.Length);
            var digest = block.Content ?? DigestTree.Block(raw.Span, blockSize);
            if (block.Content is null && TrySettle(block, digest) is { } found)
            {
                return found;
            }

            var frame = await EncodeAsync(block, raw, cancellationToken).ConfigureAwait(false);
            return BlockOutcome.Stored(block.Index, block.Old, digest, frame);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Decides by the digest alone, where that is enough.</summary>
    private BlockOutcome? TrySettle(CopyBlock block, Digest content)
    {
        if (content == block.Old.Digest && block.IsComparable)
        {
            return BlockOutcome.Unchanged(block.Index, block.Old);
        }

        if (content == _zero)
        {
            return BlockOutcome.Zero(block.Index, block.Old, _zero);
        }

        if (known.TryFind(content, block.Length, out var address))
        {
            return BlockOutcome.At(block.Index, block.Old, content, address);
        }

        return checkpoints.TryTake(machine, content, block.Length, out var left)
            ? BlockOutcome.Resumed(block.Index, block.Old, content, left, block.Length)
            : null;
    }

    private async ValueTask<FrameDraft> EncodeAsync(
        CopyBlock block,
        ReadOnlyMemory<byte> raw,
        CancellationToken cancellationToken
    )
    {
        var old = ArrayPool<byte>.Shared.Rent(block.Length);
        var older = ArrayPool<byte>.Shared.Rent(block.Length);
        try
        {
            DeltaBase? basis = null;
            if (
                block is { Old.Address: { } address, IsComparable: true }
                && await bases.FindAsync(address, cancellationToken).ConfigureAwait(false) is { } chain
                && await source
                    .TryReadOldAsync(
                        block.Index * blockSize,
                        blockSize,
                        block.Old.Digest,
                        old.AsMemory(0, block.Length),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )
            {
                basis = new DeltaBase(chain, old.AsMemory(0, block.Length));
            }

            return await encoder.EncodeAsync(raw, basis, ReadOlderAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(old);
            ArrayPool<byte>.Shared.Return(older);
        }

        async ValueTask<ReadOnlyMemory<byte>?> ReadOlderAsync(FrameAddress address, CancellationToken token)
        {
            var content = older.AsMemory(0, block.Length);
            return
                await FindDigestAsync(block.Index, address, token).ConfigureAwait(false) is { } digest
                && await source
                    .TryReadOldAsync(block.Index * blockSize, blockSize, digest, content, token)
                    .ConfigureAwait(false)
                ? content
                : null;
        }
    }

    /// <summary>Finds the content of a frame that an older table of the target names for a block.</summary>
    private async ValueTask<Digest?> FindDigestAsync(
        long block,
        FrameAddress address,
        CancellationToken cancellationToken
    ) =>
        stored is not null
        && await stored.AsOfAsync(block, address, cancellationToken).ConfigureAwait(false) is { } then
            ? await source.ReadDigestAsync(then, block, cancellationToken).ConfigureAwait(false)
            : null;
}
