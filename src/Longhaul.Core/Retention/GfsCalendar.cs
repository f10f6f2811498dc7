namespace Longhaul.Core.Retention;

/// <summary>On which day the periods of the long-term rules begin.</summary>
/// <remarks>A period is named by its first day. Days are those of the job's time zone.</remarks>
public static class GfsCalendar
{
    /// <summary>All tiers, the shortest period first.</summary>
    public static IReadOnlyList<GfsTier> Tiers { get; } =
    [GfsTier.Weekly, GfsTier.Monthly, GfsTier.Quarterly, GfsTier.Yearly];

    /// <summary>The day of an instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="zone">Where the calendar hangs.</param>
    public static DateOnly DayOf(DateTimeOffset instant, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>First day of the period that a day lies in.</summary>
    /// <param name="tier">How long the periods are.</param>
    /// <param name="day">The day.</param>
    public static DateOnly PeriodOf(GfsTier tier, DateOnly day) =>
        tier switch
        {
            GfsTier.Weekly => day.AddDays(-Math.Min(day.DayNumber, ((int)day.DayOfWeek + 6) % 7)),
            GfsTier.Monthly => new DateOnly(day.Year, day.Month, 1),
            GfsTier.Quarterly => new DateOnly(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1),
            _ => new DateOnly(day.Year, 1, 1),
        };

    /// <summary>First day of a later period.</summary>
    /// <param name="tier">How long the periods are.</param>
    /// <param name="period">A period, by its first day.</param>
    /// <param name="count">How many periods later, at least 0.</param>
    /// <returns>Null when that is after the year 9999.</returns>
    public static DateOnly? Later(GfsTier tier, DateOnly period, int count)
    {
        var (days, months) = tier switch
        {
            GfsTier.Weekly => (7L, 0L),
            GfsTier.Monthly => (0, 1),
            GfsTier.Quarterly => (0, 3),
            _ => (0, 12),
        };
        return days == 0 ? AddMonths(period, months * count) : AddDays(period, days * count);
    }

    /// <summary>A day some days later; null when that is after the year 9999.</summary>
    internal static DateOnly? AddDays(DateOnly day, long days) =>
        days > DateOnly.MaxValue.DayNumber - day.DayNumber ? null : day.AddDays((int)days);

    private static DateOnly? AddMonths(DateOnly day, long months) =>
        months >= (10_000L * 12) - ((day.Year * 12L) + day.Month - 1) ? null : day.AddMonths((int)months);
}
