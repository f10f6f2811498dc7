using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Reclaiming;

/// <summary>Which segments are worth being written again without their dead frames.</summary>
/// <remarks>
/// <para>A segment of which a quarter is dead. So what lies there is at most 4/3 of what is needed (and the older
/// generations that wait for their delay), and for each byte that died at most three are moved: every byte is stored
/// once and dies once, so over any time compaction writes at most three times what the runs wrote. With an eighth it
/// would be seven times for 8/7, with a half one time for twice the space.</para>
/// <para>Pure: the log says how much of a segment is dead, so nothing is read to decide.</para>
/// <para>Source: docs/format.md, section "Compaction".</para>
/// </remarks>
internal static class CompactionPolicy
{
    /// <summary>Less than this is not worth a file and its place in the log.</summary>
    internal const long LeastGain = 64 << 10;

    /// <summary>One part in this many of a segment is dead.</summary>
    internal const int DeadPart = 4;

    /// <summary>One part in this many of the free space may be taken until the older generations go.</summary>
    internal const int FreePart = 4;

    /// <summary>Chooses.</summary>
    /// <param name="state">What the log says.</param>
    /// <param name="freeBytes">Free space of the store; null when it cannot say.</param>
    /// <param name="kept">Names of the files that are protected from deletion.</param>
    /// <returns>Segments to write again, those that give back the most for their bytes first.</returns>
    internal static IReadOnlyList<SegmentState> Choose(BackupState state, long? freeBytes, IReadOnlySet<string> kept)
    {
        var room = freeBytes is { } free ? free / FreePart : long.MaxValue;
        var chosen = new List<SegmentState>();
        foreach (
            var segment in state
                .Segments.Values.Where(segment =>
                    IsWorthIt(segment) && !kept.Contains(BackupNames.SegmentFile(segment.Id, segment.Generation))
                )
                .OrderByDescending(segment => (double)segment.DeadBytes / segment.Size)
                .ThenBy(segment => segment.Id)
        )
        {
            var moved = segment.Size - segment.DeadBytes;
            if (moved <= room)
            {
                room -= moved;
                chosen.Add(segment);
            }
        }

        return chosen;
    }

    private static bool IsWorthIt(SegmentState segment) =>
        !segment.IsDead && segment.DeadBytes >= Math.Max(LeastGain, segment.Size / DeadPart);
}
