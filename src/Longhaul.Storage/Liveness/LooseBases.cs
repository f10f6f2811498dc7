using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>Which held frames nobody needs any more once deltas upon them were written anew as whole blocks.</summary>
/// <remarks>A held frame goes with the last live delta upon it; one whose delta was mended by a whole block has lost it too. Reads
/// frame tables only.</remarks>
/// <param name="segments">Reads frame tables; has read the mended segments' present ones.</param>
public sealed class LooseBases(SegmentTables segments)
{
    /// <summary>Finds them.</summary>
    /// <param name="bases">The frames that the mended ones stood upon before.</param>
    /// <param name="mended">The segments that were written anew.</param>
    /// <param name="state">The state the step is prepared against.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is to be condemned; those of them that are not held, or a live delta needs, stay.</returns>
    /// <exception cref="Core.LonghaulException">data.damaged, data.missing, data.removed.</exception>
    public async ValueTask<CondemnedFrames> FindAsync(
        IEnumerable<FrameAddress> bases,
        IEnumerable<SegmentId> mended,
        BackupState state,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var segment in mended.Where(id => state.Segments.TryGetValue(id, out var one) && !one.IsDead))
        {
            _ = await segments.GetPresentAsync(segment, cancellationToken).ConfigureAwait(false);
        }

        var loose = new FrameMarks();
        foreach (var frame in bases)
        {
            if (state.Segments.TryGetValue(frame.Segment, out var segment) && segment.Held.Contains(frame.Number))
            {
                loose.Add(frame);
            }
        }

        return await new DeltaHolds(segments, state).ApplyAsync(loose, [], cancellationToken).ConfigureAwait(false);
    }
}
