using Longhaul.Core;
using Longhaul.Format.Segments;

namespace Longhaul.Engine.Repairing;

/// <summary>Which frames are to be written anew so that every block that can be saved can be read.</summary>
/// <remarks>
/// <para>A damaged frame is mended by its own content, where somebody has that: all that stands upon it is whole again. Else each
/// delta upon it is stored whole by its own content, or the one above that, as few and as far down as can be.</para>
/// <para>Pure.</para>
/// </remarks>
internal static class RepairPlanner
{
    /// <summary>Plans.</summary>
    /// <param name="hurt">The versions of blocks that cannot be read.</param>
    /// <param name="isDamaged">Whether a frame itself is.</param>
    /// <param name="isReplaceable">Whether a frame can be written anew: its segment can be read.</param>
    /// <param name="isAvailable">Whether somebody has a content.</param>
    internal static RepairPlan Plan(
        IReadOnlyCollection<HurtBlock> hurt,
        Func<FrameAddress, bool> isDamaged,
        Func<FrameAddress, bool> isReplaceable,
        Func<Digest, bool> isAvailable
    )
    {
        var contents = new Dictionary<FrameAddress, HurtBlock>();
        foreach (var block in hurt)
        {
            contents.TryAdd(block.Chain[0], block);
        }

        var mended = new Dictionary<FrameAddress, HurtBlock>();
        var lost = new List<HurtBlock>();

        // What is further down is decided first: all that stands upon it profits.
        foreach (var block in hurt.OrderBy(block => block.Chain.Count))
        {
            var broken = block
                .Chain.TakeWhile(frame => !mended.ContainsKey(frame))
                .Select((frame, place) => (frame, place))
                .Where(link => isDamaged(link.frame))
                .Select(link => link.place)
                .DefaultIfEmpty(-1)
                .First();
            var place = broken;
            while (
                place >= 0
                && !(
                    isReplaceable(block.Chain[place])
                    && contents.TryGetValue(block.Chain[place], out var known)
                    && isAvailable(known.Content)
                )
            )
            {
                place--;
            }

            // Two tables that say different things of one frame cannot both be right.
            var isContradicted = contents[block.Chain[0]].Content != block.Content;
            if (isContradicted || (broken >= 0 && place < 0))
            {
                lost.Add(block);
            }
            else if (broken >= 0)
            {
                mended[block.Chain[place]] = contents[block.Chain[place]];
            }
        }

        return new RepairPlan(mended, lost);
    }
}

/// <summary>What a repair is going to do.</summary>
/// <param name="Mended">The frames to be written anew, whole, each with a block that it is the version of.</param>
/// <param name="Lost">The versions of blocks that nobody can mend.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record RepairPlan(IReadOnlyDictionary<FrameAddress, HurtBlock> Mended, IReadOnlyList<HurtBlock> Lost);
