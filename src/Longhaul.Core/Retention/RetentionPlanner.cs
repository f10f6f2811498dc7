using System.Collections.Frozen;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;

namespace Longhaul.Core.Retention;

/// <summary>Decides which points of a chain go, by the number to keep.</summary>
/// <remarks>
/// <para>What counts: complete points that are not pinned. Pinned points are never removed and count for nothing;
/// incomplete points count for nothing and go with their age. So the last complete point of a machine never goes, and
/// an incomplete run never pushes a good point out.</para>
/// <para>Forever-forward, and every copy: all points older than the N-th newest that counts go (merge). Reverse: the
/// same points, dropped. Forward: a full and its increments go together, and only when what is newer alone holds N
/// points that count; reverse increments in such a chain (it was transformed) go one by one.</para>
/// <para>Machines that are not the job's are left alone: the caller does not ask for them.</para>
/// </remarks>
public static class RetentionPlanner
{
    /// <summary>Plans for the chain of one machine.</summary>
    /// <param name="points">Its visible points, oldest first.</param>
    /// <param name="method">How the job's chain grows; without meaning for copies.</param>
    /// <param name="keep">Points to keep, at least 1.</param>
    /// <param name="isCopy">Whether a copy job keeps the chain: then it is forever-forward.</param>
    /// <param name="immutable">Points that cannot be deleted yet: they count, and stay. Null for none.</param>
    public static RetentionPlan Plan(
        IReadOnlyList<RestorePoint> points,
        BackupMethod method,
        int keep,
        bool isCopy,
        IReadOnlySet<PointId>? immutable = null
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        immutable ??= FrozenSet<PointId>.Empty;
        var byMethod = isCopy ? BackupMethod.ForeverForward : method;
        var end = byMethod == BackupMethod.Forward ? EndOfOldChains(points, keep) : EndOfOldPoints(points, keep);
        var rule = byMethod switch
        {
            BackupMethod.Forward => RetentionRule.WholeChain,
            BackupMethod.Reverse => RetentionRule.DropOldest,
            _ => RetentionRule.Merge,
        };
        var going = points
            .Take(end)
            .Where(point => point.Pin == PinReason.None && !immutable.Contains(point.Id))
            .Select(point => new PointRemoval(point.Id, point.CreatedAt, RuleOf(point, rule), keep))
            .ToList();
        var edit = ChainEditor.Remove(points, going.Select(removal => removal.Point).ToHashSet());
        return new(going, edit.Changes, edit.Points);
    }

    private static RetentionRule RuleOf(RestorePoint point, RetentionRule rule) =>
        point.Kind == PointKind.ReverseIncrement ? RetentionRule.DropOldest : rule;

    private static bool Counts(RestorePoint point) => point.IsComplete && point.Pin == PinReason.None;

    /// <summary>Index of the N-th newest point that counts; 0 when there are not so many.</summary>
    private static int EndOfOldPoints(IReadOnlyList<RestorePoint> points, int keep)
    {
        var counted = 0;
        for (var i = points.Count - 1; i >= 0; i--)
        {
            counted += Counts(points[i]) ? 1 : 0;
            if (counted == keep)
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Index of the first point of the oldest chain that must stay; 0 when all must.</summary>
    private static int EndOfOldChains(IReadOnlyList<RestorePoint> points, int keep)
    {
        var end = EndOfOldPoints(points, keep);
        while (end > 0 && points[end].Kind == PointKind.Increment)
        {
            end--;
        }

        return end;
    }
}
