using Longhaul.Format.Segments;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>Who needs each frame of one machine: one visible point alone, several, or nobody but deltas.</summary>
/// <remarks>Memory: four bytes for each frame of a segment in which something is not needed by several.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class FrameNeeds
{
    /// <summary>Only deltas need it, and none of them was seen yet; above it: the point with that number less 1, alone.</summary>
    private const int Nobody = 0;

    /// <summary>What stays whichever point goes.</summary>
    private const int Several = -1;

    private readonly Dictionary<SegmentId, SegmentState> _segments;
    private readonly Dictionary<SegmentId, int[]> _needs = [];

    /// <summary>Begins with all frames needed by several.</summary>
    /// <param name="segments">The machine's segments that are not dead, and those of others that have to do with its deltas.</param>
    internal FrameNeeds(IEnumerable<SegmentState> segments) => _segments = segments.ToDictionary(segment => segment.Id);

    /// <summary>The segments that hold a frame not needed by several, or a delta that may stand upon one.</summary>
    internal IEnumerable<SegmentState> Relevant =>
        _segments.Values.Where(segment => _needs.ContainsKey(segment.Id) || segment.Bases.Any(_needs.ContainsKey));

    /// <summary>Notes the frames of a dead list that one point alone has.</summary>
    /// <param name="dead">Runs by segment.</param>
    /// <param name="after">Born after this sequence number,</param>
    /// <param name="through">and not after this one.</param>
    /// <param name="point">The point's place in the chain.</param>
    internal void Claim(
        IReadOnlyDictionary<SegmentId, IReadOnlyList<(int Start, int Count)>> dead,
        long after,
        long through,
        int point
    )
    {
        foreach (var (id, runs) in dead)
        {
            if (_segments.TryGetValue(id, out var segment) && segment.Born > after && segment.Born <= through)
            {
                foreach (var (start, count) in runs)
                {
                    Claim(segment, start, Math.Min(count, segment.Frames - start), point);
                }
            }
        }
    }

    /// <summary>Notes that the newest point alone has what came after the one before it.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="sequence">The sequence number of the one before; 0 when there is none.</param>
    /// <param name="point">The newest point's place in the chain.</param>
    internal void ClaimBornAfter(MachineId machine, long sequence, int point)
    {
        foreach (
            var segment in _segments.Values.Where(segment => segment.Machine == machine && segment.Born > sequence)
        )
        {
            Claim(segment, 0, segment.Frames, point);
        }
    }

    /// <summary>Notes the frames that only deltas need.</summary>
    internal void AddHeld()
    {
        foreach (var segment in _segments.Values.Where(segment => segment.Held.Count > 0))
        {
            foreach (var frame in segment.Held.Numbers())
            {
                NeedsOf(segment)[frame] = Nobody;
            }
        }
    }

    /// <summary>The point that alone needs a frame, as far as its deltas were passed.</summary>
    /// <returns>The point's place in the chain; null when it does not go with any.</returns>
    internal int? OwnerOf(SegmentState segment, int frame) =>
        NeedOf(segment, frame) is > Nobody and var need ? need - 1 : null;

    /// <summary>Notes that who needs a delta needs what it stands upon.</summary>
    /// <param name="segment">The delta's segment.</param>
    /// <param name="frame">The delta, or a frame without a base.</param>
    /// <returns>The segment of the base, when that is another one and its need has changed; else null.</returns>
    internal SegmentState? Pass(SegmentState segment, FrameInfo frame)
    {
        if (
            frame.Base is not { } basis
            || segment.Condemned.Contains(frame.Number)
            || !_needs.TryGetValue(basis.Segment, out var needs)
            || basis.Number >= needs.Length
        )
        {
            return null;
        }

        var (need, known) = (NeedOf(segment, frame.Number), needs[basis.Number]);
        var joined =
            need == known || need == Nobody ? known
            : known == Nobody ? need
            : Several;
        needs[basis.Number] = joined;
        return joined != known && basis.Segment != segment.Id ? _segments[basis.Segment] : null;
    }

    private int NeedOf(SegmentState segment, int frame) =>
        !_needs.TryGetValue(segment.Id, out var needs) || frame >= needs.Length ? Several : needs[frame];

    private void Claim(SegmentState segment, int start, int count, int point)
    {
        var needs = NeedsOf(segment);
        for (var frame = start; frame < start + count; frame++)
        {
            if (!segment.Condemned.Contains(frame) && !segment.Shared.Contains(frame))
            {
                needs[frame] = point + 1;
            }
        }
    }

    private int[] NeedsOf(SegmentState segment)
    {
        if (!_needs.TryGetValue(segment.Id, out var needs))
        {
            _needs[segment.Id] = needs = new int[segment.Frames];
            Array.Fill(needs, Several);
        }

        return needs;
    }
}
