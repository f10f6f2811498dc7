using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;

namespace Longhaul.Core.Retention;

/// <summary>A chain with what retention looks at: days, and where the ranges begin that a policy keeps.</summary>
/// <threadsafety>Immutable once made.</threadsafety>
internal sealed class DatedChain
{
    private const int GapsLookedAt = 30;

    private readonly DateOnly[] _days;
    private readonly int[] _newer;
    private readonly int[] _chainEnds;
    private readonly int _newest;

    internal DatedChain(IReadOnlyList<RestorePoint> points, RetentionPolicy policy)
    {
        Points = points;
        Policy = policy;
        _days = [.. points.Select(point => GfsCalendar.DayOf(point.CreatedAt, policy.Zone))];
        _newer = new int[points.Count];
        _chainEnds = new int[points.Count];
        _newest = -1;
        var (counted, chainEnd) = (0, points.Count - 1);
        for (var i = points.Count - 1; i >= 0; i--)
        {
            _chainEnds[i] = chainEnd;
            chainEnd = points[i].Kind == PointKind.Increment ? chainEnd : i - 1;
            _newer[i] = counted;
            counted += Counts(i) ? 1 : 0;
            _newest = _newest < 0 && Counts(i) ? i : _newest;
        }

        WantedFrom = FindWanted();
        Rhythm = policy.Interval ?? MedianGap();
        RecentFrom = policy.Method == BackupMethod.Forward ? ChainStart(WantedFrom) : WantedFrom;
    }

    internal IReadOnlyList<RestorePoint> Points { get; }

    internal RetentionPolicy Policy { get; }

    /// <summary>Index of the oldest point kept by number or by days.</summary>
    internal int WantedFrom { get; }

    /// <summary>The same, or where the chain it belongs to begins, when chains go as a whole.</summary>
    internal int RecentFrom { get; }

    /// <summary>The newest point that counts; null when there is none.</summary>
    internal RestorePoint? Newest => _newest < 0 ? null : Points[_newest];

    /// <summary>The time from one point to the next: as the policy says, or the median of late; a day where there is but one
    /// point.</summary>
    internal TimeSpan Rhythm { get; }

    /// <summary>Whether a point counts for the rules.</summary>
    internal bool Counts(int index) => Points[index] is { IsComplete: true, Pin: PinReason.None };

    /// <summary>The day of a point, in the job's time zone.</summary>
    internal DateOnly DayOf(int index) => _days[index];

    /// <summary>How many newer points count.</summary>
    internal int NewerThan(int index) => _newer[index];

    /// <summary>Whether a point, or what is as old, is kept by number.</summary>
    internal bool IsLast(int index) => _newer[index] < Policy.Last;

    /// <summary>Whether a point, or what is as old, is kept by days.</summary>
    internal bool IsWithinDays(int index) =>
        Policy.Days > 0 && _newest >= 0 && _days[_newest].DayNumber - _days[index].DayNumber <= Policy.Days;

    /// <summary>Index of the last point of the chain that goes as a whole with this one; null when it may still grow.</summary>
    internal int? LastOfItsChain(int index) => _chainEnds[index] == Points.Count - 1 ? null : _chainEnds[index];

    private int FindWanted()
    {
        for (var i = 0; i < Points.Count; i++)
        {
            // A point that does not count is no beginning: it is kept only with what is older and counts.
            if (_newer[i] < Policy.Last || (Counts(i) && IsWithinDays(i)))
            {
                return i;
            }
        }

        return Points.Count;
    }

    private int ChainStart(int index)
    {
        while (index > 0 && index < Points.Count && Points[index].Kind == PointKind.Increment)
        {
            index--;
        }

        return index;
    }

    /// <remarks>By sequence numbers, since of what was made between two old points most is gone.</remarks>
    private TimeSpan MedianGap()
    {
        var late = Points.Where((_, i) => Counts(i)).TakeLast(GapsLookedAt + 1).ToList();
        var gaps = late.Skip(1).Zip(late, GapBetween).Order().ToList();
        return gaps.Count == 0 ? TimeSpan.FromDays(1) : gaps[gaps.Count / 2];
    }

    private static TimeSpan GapBetween(RestorePoint later, RestorePoint earlier) =>
        (later.CreatedAt - earlier.CreatedAt).Duration() / Math.Max(1, later.Sequence - earlier.Sequence);
}
