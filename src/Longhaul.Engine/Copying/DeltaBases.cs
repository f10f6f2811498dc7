using System.Buffers;
using Longhaul.Core;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Copying;

/// <summary>The frames at the target that new deltas may stand upon: those that can be read there.</summary>
/// <remarks>A damaged frame is never a base: each point after it would be lost with it. Looked at is each frame down to the
/// one without a base, by its checksum and at the target's side, so that no block crosses the wire for it.</remarks>
/// <param name="target">The target's frame tables, as they are read over the wire.</param>
/// <param name="targetSide">The target as its own side reads it, not counted; stays the caller's.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class DeltaBases(SegmentTables target, FrameReader targetSide)
{
    /// <summary>The target's frame tables.</summary>
    internal SegmentTables Tables => target;

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
            return await IsSoundAsync(address, cancellationToken).ConfigureAwait(false) ? chain : null;
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            return null;
        }
    }

    /// <summary>Whether a frame and all it stands upon can be read.</summary>
    /// <param name="address">The frame.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<bool> IsSoundAsync(FrameAddress address, CancellationToken cancellationToken)
    {
        byte[] stored = [];
        try
        {
            var chain = await targetSide.Tables.ChainAsync(address, cancellationToken).ConfigureAwait(false);
            stored = ArrayPool<byte>.Shared.Rent(chain.Max(link => link.Frame.TotalLength));
            foreach (var link in chain)
            {
                await targetSide.ReadPayloadAsync(link, stored, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }
}
