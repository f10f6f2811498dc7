using Longhaul.Core;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Points;

/// <summary>What became of one block of the new point.</summary>
/// <remarks>Owns the frame that is to be stored, if there is one.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class BlockOutcome : IDisposable
{
    private BlockOutcome(
        long block,
        BlockVersion old,
        Digest digest,
        FrameAddress? known,
        FrameDraft? frame,
        int resumedLength = 0
    )
    {
        Block = block;
        Old = old;
        Digest = digest;
        Known = known;
        Frame = frame;
        ResumedLength = resumedLength;
    }

    /// <summary>The block's index in its disk.</summary>
    internal long Block { get; }

    /// <summary>What the block was in the baseline.</summary>
    internal BlockVersion Old { get; }

    /// <summary>Digest of the new content.</summary>
    internal Digest Digest { get; }

    /// <summary>A frame at the target that has the content already; null when there is none.</summary>
    internal FrameAddress? Known { get; }

    /// <summary>The frame to store; null for a zero, known or unchanged block.</summary>
    internal FrameDraft? Frame { get; }

    /// <summary>The known frame was stored by an interrupted run and is listed with this point for the first time.</summary>
    internal bool IsResumed => ResumedLength > 0;

    /// <summary>Length of a resumed block, in bytes; 0 for others.</summary>
    internal int ResumedLength { get; }

    /// <summary>The block is as it was.</summary>
    internal static BlockOutcome Unchanged(long block, BlockVersion old) =>
        new(block, old, old.Digest, old.Address, null);

    /// <summary>The block is zero now.</summary>
    internal static BlockOutcome Zero(long block, BlockVersion old, Digest zero) => new(block, old, zero, null, null);

    /// <summary>The block's content lies at the target already, in another place.</summary>
    internal static BlockOutcome At(long block, BlockVersion old, Digest digest, FrameAddress known) =>
        new(block, old, digest, known, null);

    /// <summary>The block's content was stored by an interrupted run, and nothing else names it.</summary>
    internal static BlockOutcome Resumed(long block, BlockVersion old, Digest digest, FrameAddress left, int length) =>
        new(block, old, digest, left, null, length);

    /// <summary>The block's content is new.</summary>
    internal static BlockOutcome Stored(long block, BlockVersion old, Digest digest, FrameDraft frame) =>
        new(block, old, digest, null, frame);

    /// <inheritdoc/>
    public void Dispose() => Frame?.Dispose();
}
