using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Copying;

/// <summary>The frames at the target that new deltas may stand upon: those that can be read there.</summary>
/// <remarks>
/// <para>A damaged frame is never a base: each point after it would be lost with it. Looked at is each frame down to the
/// one without a base, by its checksum and at the target's side, so that no block crosses the wire for it.</para>
/// <para>Where that side is across a line, it is asked ahead, for many blocks at once: a question waits for no answer to the
/// one before. Memory: some 200 bytes for each block of three batches.</para>
/// </remarks>
/// <param name="target">The target's frame tables, as they are read over the wire.</param>
/// <param name="targetSide">The target as its own side reads it, not counted; stays the caller's.</param>
/// <param name="batch">Blocks that are asked about at a time.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class DeltaBases(SegmentTables target, OpenBackup targetSide, int batch = DeltaBases.Batch)
{
    /// <summary>Blocks that are asked about at a time, unless said otherwise.</summary>
    internal const int Batch = 4096;

    private readonly ChainCheck _check = new(targetSide);
    private readonly ConcurrentDictionary<FrameAddress, TaskCompletionSource<bool?>> _asked = new();

    /// <summary>The target's frame tables.</summary>
    internal SegmentTables Tables => target;

    /// <summary>Passes blocks on, after the far side was asked about the frames that deltas of them would stand upon.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="cancellationToken">Ends the enumeration, and the questions.</param>
    /// <returns>The same blocks in the same order.</returns>
    internal IAsyncEnumerable<CopyBlock> AskAheadAsync(
        IAsyncEnumerable<CopyBlock> blocks,
        CancellationToken cancellationToken
    ) => targetSide.Far is { } far ? AskAheadAsync(blocks, far, cancellationToken) : blocks;

    /// <summary>Finds a frame with all it stands upon, if all of it can be read.</summary>
    /// <param name="address">The frame.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame itself first; null when it is damaged or gone.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<IReadOnlyList<ChainLink>?> FindAsync(
        FrameAddress address,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var chain = await target.ChainAsync(address, cancellationToken).ConfigureAwait(false);
            return await IsSoundAsync(address, address, cancellationToken).ConfigureAwait(false) ? chain : null;
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            return null;
        }
    }

    /// <summary>Whether a frame and all it stands upon can be read.</summary>
    /// <param name="address">The frame.</param>
    /// <param name="above">The block's present frame, which may stand upon it: where that is sound, this is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<bool> IsSoundAsync(
        FrameAddress address,
        FrameAddress above,
        CancellationToken cancellationToken
    )
    {
        if (targetSide.Far is not { } far)
        {
            return await _check.IsSoundAsync(address, cancellationToken).ConfigureAwait(false);
        }

        var ofAbove = _asked.TryGetValue(above, out var answer)
            ? await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false)
            : null;
        if (ofAbove is true || (ofAbove is false && above == address))
        {
            return ofAbove.Value;
        }

        var isSound = false;
        await far.CheckFramesAsync(targetSide.Folder.Name, [address], (_, sound) => isSound = sound, cancellationToken)
            .ConfigureAwait(false);
        return isSound;
    }

    private async IAsyncEnumerable<CopyBlock> AskAheadAsync(
        IAsyncEnumerable<CopyBlock> blocks,
        IFarSide far,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The batch whose blocks are passed on, and the one before, whose blocks may still be worked on.
        var before = (Frames: (IReadOnlyCollection<FrameAddress>)[], Answered: Task.CompletedTask);
        var last = before;
        CopyBlock[] passed = [];
        try
        {
            await foreach (var next in blocks.Chunk(batch).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                var asked = Ask(far, next, over.Token);
                foreach (var block in passed)
                {
                    yield return block;
                }

                await before.Answered.ConfigureAwait(false);
                foreach (var frame in before.Frames)
                {
                    _asked.TryRemove(frame, out _);
                }

                (before, last, passed) = (last, asked, next);
            }

            foreach (var block in passed)
            {
                yield return block;
            }

            await before.Answered.ConfigureAwait(false);
            await last.Answered.ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await before.Answered.ConfigureAwait(false);
            await last.Answered.ConfigureAwait(false);
        }
    }

    private (IReadOnlyCollection<FrameAddress> Frames, Task Answered) Ask(
        IFarSide far,
        IReadOnlyList<CopyBlock> blocks,
        CancellationToken cancellationToken
    )
    {
        var frames = new Dictionary<FrameAddress, TaskCompletionSource<bool?>>();
        foreach (var block in blocks)
        {
            if (block is { Old.Address: { } address, IsComparable: true } && block.Content != block.Old.Digest)
            {
                var answer = new TaskCompletionSource<bool?>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_asked.TryAdd(address, answer))
                {
                    frames.Add(address, answer);
                }
            }
        }

        return (frames.Keys, frames.Count == 0 ? Task.CompletedTask : AskAsync(far, frames, cancellationToken));
    }

    private async Task AskAsync(
        IFarSide far,
        Dictionary<FrameAddress, TaskCompletionSource<bool?>> frames,
        CancellationToken cancellationToken
    )
    {
        FrameAddress[] ordered = [.. frames.Keys.OrderBy(frame => frame.Segment).ThenBy(frame => frame.Number)];
        try
        {
            await far.CheckFramesAsync(
                    targetSide.Folder.Name,
                    ordered,
                    (frame, isSound) => frames[frame].TrySetResult(isSound),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is LonghaulException or OperationCanceledException)
        {
            // Who waits for an answer meets it, and asks himself or gives up.
            foreach (var answer in frames.Values)
            {
                answer.TrySetResult(null);
            }
        }
    }
}
