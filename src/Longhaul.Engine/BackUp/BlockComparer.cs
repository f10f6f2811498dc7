using System.Buffers;
using Longhaul.Core;
using Longhaul.Engine.Encoding;
using Longhaul.Engine.Points;
using Longhaul.Format.Digests;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.BackUp;

/// <summary>Compares a block with its old version by digest, and encodes it when it differs.</summary>
/// <param name="blockSize">The backup's block size, in bytes.</param>
/// <param name="machine">The machine the block is of.</param>
/// <param name="frames">Reads old versions; stays the caller's.</param>
/// <param name="encoder">Encodes; stays the caller's.</param>
/// <param name="known">Content the backup has already.</param>
/// <param name="checkpoints">Content an interrupted run has stored.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class BlockComparer(
    int blockSize,
    MachineId machine,
    FrameReader frames,
    FrameEncoder encoder,
    PointBlocks known,
    PointCheckpoints checkpoints
)
{
    private readonly Digest _zero = DigestTree.Zero(DigestTree.LevelOf(blockSize));

    /// <summary>Decides what becomes of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="content">What it holds now; nothing for a hole. Stays the caller's.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The caller disposes it.</returns>
    internal async ValueTask<BlockOutcome> CompareAsync(
        ScannedBlock block,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var digest = block.IsHole ? _zero : DigestTree.Block(content.Span, blockSize);
        if (digest == block.Old.Digest && block.IsComparable)
        {
            return BlockOutcome.Unchanged(block.Index, block.Old);
        }

        if (digest == _zero)
        {
            return BlockOutcome.Zero(block.Index, block.Old, _zero);
        }

        if (await known.FindAsync(digest, block.Length, cancellationToken).ConfigureAwait(false) is { } address)
        {
            return BlockOutcome.At(block.Index, block.Old, digest, address);
        }

        if (checkpoints.TryTake(machine, digest, block.Length, out var left))
        {
            return BlockOutcome.Resumed(block.Index, block.Old, digest, left, block.Length);
        }

        var frame = await EncodeAsync(block, content, cancellationToken).ConfigureAwait(false);
        return BlockOutcome.Stored(block.Index, block.Old, digest, frame);
    }

    private async ValueTask<FrameDraft> EncodeAsync(
        ScannedBlock block,
        ReadOnlyMemory<byte> raw,
        CancellationToken cancellationToken
    )
    {
        if (block.Old.Address is not { } old || !block.IsComparable)
        {
            return await encoder.EncodeAsync(raw, null, NothingOlderAsync, cancellationToken).ConfigureAwait(false);
        }

        var content = ArrayPool<byte>.Shared.Rent(block.Length);
        var older = ArrayPool<byte>.Shared.Rent(block.Length);
        try
        {
            DeltaBase? basis = null;
            try
            {
                var chain = await frames.Tables.ChainAsync(old, cancellationToken).ConfigureAwait(false);
                await frames
                    .ReadAsync(chain, content.AsMemory(0, block.Length), cancellationToken)
                    .ConfigureAwait(false);
                if (DigestTree.Block(content.AsSpan(0, block.Length), blockSize) == block.Old.Digest)
                {
                    basis = new DeltaBase(chain, content.AsMemory(0, block.Length));
                }
            }
            catch (LonghaulException error) when (error.IsAboutData)
            {
                // A damaged frame is never a base: the block is stored whole, and verify names the damage.
            }

            return await encoder.EncodeAsync(raw, basis, ReadOlderAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
            ArrayPool<byte>.Shared.Return(older);
        }

        async ValueTask<ReadOnlyMemory<byte>?> ReadOlderAsync(FrameAddress address, CancellationToken token)
        {
            await frames.ReadAsync(address, older.AsMemory(0, block.Length), token).ConfigureAwait(false);
            return older.AsMemory(0, block.Length);
        }
    }

    private static ValueTask<ReadOnlyMemory<byte>?> NothingOlderAsync(FrameAddress address, CancellationToken token) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
}
