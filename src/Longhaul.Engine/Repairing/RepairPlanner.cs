using Longhaul.Core;
using Longhaul.Format.Segments;

namespace Longhaul.Engine.Repairing;

/// <summary>Which frames are to be written anew so that every block that can be saved can be read.</summary>
/// <remarks>
/// <para>A damaged frame is mended by its own content, where somebody has that: all that stands upon it is whole again. Else each
/// delta upon it is stored whole by its own content, or the one above that, as few and as far down as can be.</para>
/// <para>Two tables that say different things of one frame cannot both be right. Can the frame be read, then it says which is, and
/// stays. Else it is mended for one of them; the others are lost, and no delta is believed to stand upon it.</para>
/// <para>Pure.</para>
/// </remarks>
internal sealed class RepairPlanner
{
    private readonly Func<FrameAddress, bool> _isDamaged;
    private readonly Func<FrameAddress, bool> _isReplaceable;
    private readonly Func<Digest, bool> _isAvailable;
    private readonly Dictionary<FrameAddress, HurtBlock> _contents = [];
    private readonly HashSet<FrameAddress> _contradicted = [];
    private readonly Dictionary<FrameAddress, HurtBlock> _mended = [];

    private RepairPlanner(
        Func<FrameAddress, bool> isDamaged,
        Func<FrameAddress, bool> isReplaceable,
        Func<Digest, bool> isAvailable
    )
    {
        _isDamaged = isDamaged;
        _isReplaceable = isReplaceable;
        _isAvailable = isAvailable;
    }

    /// <summary>Plans.</summary>
    /// <param name="hurt">The versions of blocks that cannot be read.</param>
    /// <param name="isDamaged">Whether a frame itself is: it cannot be read, or holds what no table says of it.</param>
    /// <param name="isReplaceable">Whether a frame can be written anew: its segment can be read.</param>
    /// <param name="isAvailable">Whether somebody has a content.</param>
    internal static RepairPlan Plan(
        IReadOnlyCollection<HurtBlock> hurt,
        Func<FrameAddress, bool> isDamaged,
        Func<FrameAddress, bool> isReplaceable,
        Func<Digest, bool> isAvailable
    )
    {
        var planner = new RepairPlanner(isDamaged, isReplaceable, isAvailable);
        foreach (var block in hurt)
        {
            planner.Note(block);
        }

        // What is further down is decided first: all that stands upon it profits.
        var lost = hurt.OrderBy(block => block.Chain.Count).Where(block => !planner.TryMend(block)).ToList();
        return new RepairPlan(planner._mended, lost, planner._contradicted);
    }

    private void Note(HurtBlock block)
    {
        var own = block.Chain[0];
        if (!_contents.TryAdd(own, block))
        {
            var other = _contents[own];
            if (other.Content != block.Content)
            {
                _contradicted.Add(own);
                _contents[own] = !_isAvailable(other.Content) && _isAvailable(block.Content) ? block : other;
            }
        }

        if (block.HasOtherContent && !_isDamaged(own))
        {
            _contradicted.Add(own);
        }
    }

    /// <returns>False when a version is lost.</returns>
    private bool TryMend(HurtBlock block)
    {
        var own = block.Chain[0];
        if (_mended.TryGetValue(own, out var known))
        {
            return known.Content == block.Content;
        }

        if (block.HasOtherContent && !_isDamaged(own))
        {
            return false;
        }

        var broken = FindBroken(block.Chain);
        for (var place = broken; place >= 0; place--)
        {
            var frame = block.Chain[place];
            if (
                _isReplaceable(frame)
                && _contents.TryGetValue(frame, out var version)
                && _isAvailable(version.Content)
                && (place == 0 || !_contradicted.Contains(frame))
            )
            {
                _mended[frame] = version;
                return place == 0 ? version.Content == block.Content : !_contradicted.Contains(own);
            }
        }

        // What is read again because of what it stands upon, is what one of its tables says: nobody knows yet which.
        return broken < 0 && !_contradicted.Contains(own);
    }

    /// <summary>The first frame of a chain that keeps it from being read, once what is planned is done; -1 for none.</summary>
    private int FindBroken(IReadOnlyList<FrameAddress> chain)
    {
        for (var place = 0; place < chain.Count; place++)
        {
            var isMended = _mended.ContainsKey(chain[place]);
            if (isMended && !_contradicted.Contains(chain[place]))
            {
                return -1;
            }

            if (isMended || _isDamaged(chain[place]))
            {
                return place;
            }
        }

        return -1;
    }
}

/// <summary>What a repair is going to do.</summary>
/// <param name="Mended">The frames to be written anew, whole, each with a block that it is the version of.</param>
/// <param name="Lost">The versions of blocks that nobody can mend.</param>
/// <param name="Contradicted">Frames of which tables say different things.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record RepairPlan(
    IReadOnlyDictionary<FrameAddress, HurtBlock> Mended,
    IReadOnlyList<HurtBlock> Lost,
    IReadOnlySet<FrameAddress> Contradicted
);
