using System.Collections.Frozen;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;

namespace Longhaul.Core.Retention;

/// <summary>Decides which points of a chain go, and says of each why it stays.</summary>
/// <remarks>
/// <para>What counts: complete points that are not pinned. Pinned points are never removed and count for nothing;
/// incomplete points count for nothing and go with their age. So the last complete point of a machine never goes, and
/// an incomplete run never pushes a good point out.</para>
/// <para>The recent range are the points from the oldest on that is kept by number or by days. Forever-forward, and
/// every copy: what is older goes (merge). Reverse: the same points, dropped. Forward: a full and its increments go
/// together, and only when what is newer alone holds all that is to be kept; reverse increments in such a chain (it
/// was transformed) go one by one.</para>
/// <para>Of what is older than the recent range, the points that the long-term rules keep stay, and become fulls: a
/// change of label, nothing is copied.</para>
/// <para>Laws, each held by a property test: a looser policy never removes what a tighter one keeps; whether retention
/// ran often or once makes no difference to what is left.</para>
/// <para>Machines that are not the job's are left alone: the caller does not ask for them. For those that were and are no
/// more see <see cref="DeparturePlanner"/>.</para>
/// </remarks>
public static class RetentionPlanner
{
    /// <summary>Plans for the chain of one machine.</summary>
    /// <param name="points">Its visible points, oldest first.</param>
    /// <param name="policy">What the job keeps.</param>
    /// <param name="immutable">Points that cannot be deleted yet: they count, and stay. Null for none.</param>
    /// <param name="awaited">Points that a copy job needs, which waits for the seed that was made from them: they count, and
    /// stay. Null for none.</param>
    public static RetentionPlan Plan(
        IReadOnlyList<RestorePoint> points,
        RetentionPolicy policy,
        IReadOnlySet<PointId>? immutable = null,
        IReadOnlySet<PointId>? awaited = null
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfLessThan(policy.Last, 1);
        immutable ??= FrozenSet<PointId>.Empty;
        awaited ??= FrozenSet<PointId>.Empty;
        var dated = new DatedChain(points, policy);
        var tiers = FirstOfPeriods(dated, policy);
        var decisions = new List<PointRetention>(points.Count);
        for (var i = 0; i < points.Count; i++)
        {
            decisions.Add(Decide(dated, i, tiers.GetValueOrDefault(i) ?? [], immutable, awaited));
        }

        return RetentionPlan.Of(
            decisions,
            policy,
            point => RuleOf(point, policy.Method),
            tiers.Keys.Where(i => i < dated.RecentFrom).Select(i => points[i])
        );
    }

    private static PointRetention Decide(
        DatedChain chain,
        int index,
        IReadOnlyList<GfsTier> tiers,
        IReadOnlySet<PointId> immutable,
        IReadOnlySet<PointId> awaited
    )
    {
        var point = chain.Points[index];
        var because = new List<KeepReason>();
        if (point.Pin != PinReason.None)
        {
            because.Add(ReasonOf(point.Pin));
        }
        else if (index >= chain.WantedFrom && !point.IsComplete)
        {
            because.Add(KeepReason.Incomplete);
        }
        else
        {
            because.AddRange(point.IsComplete && chain.IsLast(index) ? [KeepReason.Last] : []);
            because.AddRange(point.IsComplete && chain.IsWithinDays(index) ? [KeepReason.Days] : []);
            because.AddRange(because.Count == 0 && index >= chain.RecentFrom ? [KeepReason.Chain] : []);
            because.AddRange(tiers.Select(ReasonOf));
        }

        if (immutable.Contains(point.Id))
        {
            because.Add(KeepReason.Immutable);
        }

        if (awaited.Contains(point.Id))
        {
            because.Add(KeepReason.AwaitedSeed);
        }

        return new(point, because, because.Count == 0 ? null : RetentionForecast.GoesOn(chain, index, because));
    }

    /// <summary>By index of the point: the rules for which it is the first of a period that is kept.</summary>
    /// <remarks>Not the neighbours are compared but the periods: where clocks are put back at midnight, a later point
    /// may lie on an earlier day.</remarks>
    internal static Dictionary<int, List<GfsTier>> FirstOfPeriods(DatedChain chain, RetentionPolicy policy)
    {
        var tiers = new Dictionary<int, List<GfsTier>>();
        foreach (var tier in GfsCalendar.Tiers.Where(tier => policy.CountOf(tier) > 0))
        {
            var first = new Dictionary<DateOnly, int>();
            for (var i = 0; i < chain.Points.Count; i++)
            {
                if (chain.Counts(i))
                {
                    first.TryAdd(GfsCalendar.PeriodOf(tier, chain.DayOf(i)), i);
                }
            }

            foreach (var (_, i) in first.OrderByDescending(period => period.Key).Take(policy.CountOf(tier)))
            {
                if (!tiers.TryGetValue(i, out var all))
                {
                    tiers.Add(i, all = []);
                }

                all.Add(tier);
            }
        }

        return tiers;
    }

    internal static KeepReason ReasonOf(GfsTier tier) =>
        tier switch
        {
            GfsTier.Weekly => KeepReason.Weekly,
            GfsTier.Monthly => KeepReason.Monthly,
            GfsTier.Quarterly => KeepReason.Quarterly,
            _ => KeepReason.Yearly,
        };

    internal static KeepReason ReasonOf(PinReason pin) => pin == PinReason.Seed ? KeepReason.Seed : KeepReason.Pinned;

    private static RetentionRule RuleOf(RestorePoint point, BackupMethod method) =>
        (point.Kind, method) switch
        {
            (PointKind.ReverseIncrement, _) or (_, BackupMethod.Reverse) => RetentionRule.DropOldest,
            (_, BackupMethod.Forward) => RetentionRule.WholeChain,
            _ => RetentionRule.Merge,
        };
}
