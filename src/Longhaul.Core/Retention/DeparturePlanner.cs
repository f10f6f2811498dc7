using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>Decides what becomes of the points of a machine that has left its job.</summary>
/// <remarks>
/// <para>They stay until the time is over that the job says (<c>--deleted-after</c>), counted from the first session that did
/// without the machine; without such a time, for good. Then they go, the last of them too, but for those that are pinned,
/// or that a long-term rule keeps: these have their own day. So a server that was taken down keeps its
/// yearly points as long as the job promised.</para>
/// <para>A machine whose last session failed is not believed to be gone: it may have been taken out by mistake, or have
/// vanished from its source because of the failure. It is left alone, and so is one that nobody remembers.</para>
/// <para>This is the one rule of retention that looks at the clock.</para>
/// </remarks>
public static class DeparturePlanner
{
    /// <summary>Plans for the chain of one machine.</summary>
    /// <param name="points">Its visible points, oldest first.</param>
    /// <param name="policy">What the job keeps.</param>
    /// <param name="departure">What is known of its leaving.</param>
    /// <param name="now">The present, UTC.</param>
    /// <param name="immutable">Points that cannot be deleted yet. Null for none.</param>
    /// <param name="awaited">Points that a copy job needs, which waits for the seed that was made from them; null for none.</param>
    public static RetentionPlan Plan(
        IReadOnlyList<RestorePoint> points,
        RetentionPolicy policy,
        Departure departure,
        DateTimeOffset now,
        IReadOnlySet<PointId>? immutable = null,
        IReadOnlySet<PointId>? awaited = null
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(departure);
        var chain = new DatedChain(points, policy);
        var tiers = RetentionPlanner.FirstOfPeriods(chain, policy);
        var due = DueOn(policy, departure);
        var decisions = points
            .Select(
                (point, i) =>
                    point.Pin != PinReason.None
                        ? new PointRetention(point, [RetentionPlanner.ReasonOf(point.Pin)], GoesOn: null)
                    : awaited?.Contains(point.Id) == true
                        ? new PointRetention(point, [KeepReason.AwaitedSeed], GoesOn: null)
                    : Decide(chain, i, tiers.GetValueOrDefault(i) ?? [], departure, due, now)
            )
            .Select(decision => immutable?.Contains(decision.Point.Id) == true ? Protected(decision, policy) : decision)
            .ToList();
        var begun = decisions.Exists(decision => !decision.IsKept);
        return RetentionPlan.Of(
            decisions,
            policy,
            _ => RetentionRule.Departed,
            begun ? tiers.Keys.Select(i => points[i]) : []
        );
    }

    /// <summary>A point that stays at least until its protection is over.</summary>
    private static PointRetention Protected(PointRetention decision, RetentionPolicy policy)
    {
        DateOnly? end = decision.Point.ProtectedUntil is { } until ? GfsCalendar.DayOf(until, policy.Zone) : null;
        return decision with
        {
            Because = [.. decision.Because, KeepReason.Immutable],
            GoesOn =
                !decision.IsKept ? end
                : decision.GoesOn is { } day && end > day ? end
                : decision.GoesOn,
        };
    }

    /// <summary>When the time is over; null for never.</summary>
    private static DateTimeOffset? DueOn(RetentionPolicy policy, Departure departure)
    {
        if (policy.DeletedAfter is not { } after || departure is { LastFailed: true } or { MissedSince: null })
        {
            return null;
        }

        var from = departure.MissedSince.Value;
        return after > DateTimeOffset.MaxValue - from ? null : from + after;
    }

    private static PointRetention Decide(
        DatedChain chain,
        int index,
        IReadOnlyList<GfsTier> tiers,
        Departure departure,
        DateTimeOffset? due,
        DateTimeOffset now
    )
    {
        var today = GfsCalendar.DayOf(now, chain.Policy.Zone);
        var because = new List<KeepReason>();
        DateOnly? goesOn = due is { } end ? GfsCalendar.DayOf(end, chain.Policy.Zone) : null;
        if (due is null || due > now)
        {
            because.Add(departure.LastFailed ? KeepReason.Failed : KeepReason.Departed);
        }

        foreach (var tier in tiers)
        {
            var over = RetentionForecast.EndOfPeriods(chain, index, tier);
            if (over is null || over > today)
            {
                because.Add(RetentionPlanner.ReasonOf(tier));
                goesOn = over is null || goesOn is null || over < goesOn ? goesOn : over;
            }
        }

        return new(chain.Points[index], because, because.Count == 0 ? null : goesOn);
    }
}
