using Longhaul.Core.Jobs;

namespace Longhaul.Core.Retention;

/// <summary>Says when a point that is kept will go, if points go on coming as they did.</summary>
internal static class RetentionForecast
{
    /// <summary>The day on which no reason keeps it any more; null when nobody can say.</summary>
    internal static DateOnly? GoesOn(DatedChain chain, int index, IReadOnlyList<KeepReason> because)
    {
        var last = DateOnly.MinValue;
        foreach (var reason in because)
        {
            if (EndOf(chain, index, reason) is not { } end)
            {
                return null;
            }

            last = end > last ? end : last;
        }

        return last;
    }

    private static DateOnly? EndOf(DatedChain chain, int index, KeepReason reason) =>
        reason switch
        {
            KeepReason.Weekly => EndOfPeriods(chain, index, GfsTier.Weekly),
            KeepReason.Monthly => EndOfPeriods(chain, index, GfsTier.Monthly),
            KeepReason.Quarterly => EndOfPeriods(chain, index, GfsTier.Quarterly),
            KeepReason.Yearly => EndOfPeriods(chain, index, GfsTier.Yearly),
            KeepReason.Pinned or KeepReason.Seed or KeepReason.AwaitedSeed => null,
            KeepReason.Immutable => chain.Points[index].ProtectedUntil is { } until
                ? GfsCalendar.DayOf(until, chain.Policy.Zone)
                : null,
            _ when chain.Policy.Method != BackupMethod.Forward => EndOfRecent(chain, index),
            _ => chain.LastOfItsChain(index) is { } end ? EndOfRecent(chain, end) : null,
        };

    /// <summary>The first day on which a long-term rule keeps it no more, if every period has a point.</summary>
    internal static DateOnly? EndOfPeriods(DatedChain chain, int index, GfsTier tier) =>
        GfsCalendar.Later(tier, GfsCalendar.PeriodOf(tier, chain.DayOf(index)), chain.Policy.CountOf(tier));

    private static DateOnly? EndOfRecent(DatedChain chain, int index)
    {
        var byNumber = chain.IsLast(index) ? EndOfLast(chain, index) : DateOnly.MinValue;
        var byDays = chain.IsWithinDays(index)
            ? GfsCalendar.AddDays(chain.DayOf(index), chain.Policy.Days + 1L)
            : DateOnly.MinValue;
        return byNumber is { } number && byDays is { } days ? Later(number, days) : null;
    }

    /// <summary>The day of the point that pushes it out.</summary>
    private static DateOnly? EndOfLast(DatedChain chain, int index)
    {
        if (chain.Newest is not { } newest)
        {
            return null;
        }

        var gap = chain.Rhythm.Ticks;
        long points = chain.Policy.Last - chain.NewerThan(index);
        return gap > 0 && points > (DateTimeOffset.MaxValue.UtcTicks - newest.CreatedAt.UtcTicks) / gap - 1
            ? null
            : GfsCalendar.DayOf(newest.CreatedAt.AddTicks(gap * points), chain.Policy.Zone);
    }

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;
}
