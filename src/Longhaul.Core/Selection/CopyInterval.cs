namespace Longhaul.Core.Selection;

/// <summary>The spans in which a copy job copies one restore point of each machine.</summary>
/// <remarks>
/// <para>Whole days: each begins at <see cref="At"/> by the clock on the wall, counted from 1970-01-01, so an interval
/// is an hour longer or shorter when the clocks change. Shorter than a day: they begin anew at <see cref="At"/> every
/// day, so the last of a day is shorter when the length does not divide it. Anything else: equal spans counted from
/// <see cref="At"/> on 1970-01-01.</para>
/// <para>A time of day that the zone skips is as much later as the zone skips; one that it has twice is the first.</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CopyInterval
{
    private static readonly DateTime s_anchorDay = DateTime.UnixEpoch.Date;

    /// <summary>Describes a job's intervals.</summary>
    /// <param name="every">Their length, at least one minute.</param>
    /// <param name="at">Time of day at which they begin.</param>
    /// <param name="zone">Whose time of day; null for UTC.</param>
    public CopyInterval(TimeSpan every, TimeOnly at, TimeZoneInfo? zone = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, TimeSpan.FromMinutes(1));
        Every = every;
        At = at;
        Zone = zone ?? TimeZoneInfo.Utc;
    }

    /// <summary>Length of an interval.</summary>
    public TimeSpan Every { get; }

    /// <summary>Time of day at which intervals begin.</summary>
    public TimeOnly At { get; }

    /// <summary>Whose time of day.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>When the interval began in which an instant lies.</summary>
    /// <param name="now">Any instant; the begin itself lies in its interval.</param>
    /// <returns>UTC, not after <paramref name="now"/>.</returns>
    public DateTimeOffset BeginOf(DateTimeOffset now)
    {
        if (Every < TimeSpan.FromDays(1))
        {
            var day = CalendarBegin(now, days: 1);
            return day + Floor(now - day, Every);
        }

        if (Every.Ticks % TimeSpan.TicksPerDay == 0)
        {
            return CalendarBegin(now, Every.Days);
        }

        var anchor = Instant(s_anchorDay);
        return anchor + Floor(now - anchor, Every);
    }

    /// <summary>When the next interval begins.</summary>
    /// <param name="now">Any instant.</param>
    /// <returns>UTC, after <paramref name="now"/>.</returns>
    public DateTimeOffset NextAfter(DateTimeOffset now)
    {
        if (Every.Ticks % TimeSpan.TicksPerDay == 0)
        {
            return CalendarNext(now, Every.Days);
        }

        var next = BeginOf(now) + Every;
        var tomorrow = CalendarNext(now, days: 1);
        return Every < TimeSpan.FromDays(1) && tomorrow < next ? tomorrow : next;
    }

    /// <summary>Whether something done at one time was done in the interval that holds another.</summary>
    /// <param name="done">When it was done; null when it never was.</param>
    /// <param name="now">The instant whose interval is meant.</param>
    public bool Covers(DateTimeOffset? done, DateTimeOffset now) => done >= BeginOf(now);

    private DateTimeOffset CalendarBegin(DateTimeOffset now, int days)
    {
        var index = CalendarIndex(now, days);
        return Instant(s_anchorDay.AddDays(index * days));
    }

    private DateTimeOffset CalendarNext(DateTimeOffset now, int days)
    {
        var index = CalendarIndex(now, days);
        return Instant(s_anchorDay.AddDays((index + 1) * days));
    }

    private long CalendarIndex(DateTimeOffset now, int days)
    {
        var local = TimeZoneInfo.ConvertTime(now, Zone).DateTime;
        var index = Floor(local - s_anchorDay - At.ToTimeSpan(), TimeSpan.FromDays(days)).Days / days;
        // The clock's changes move a begin by up to their size, so the guess may be one off either way.
        while (Instant(s_anchorDay.AddDays((long)index * days)) > now)
        {
            index--;
        }

        while (Instant(s_anchorDay.AddDays(((long)index + 1) * days)) <= now)
        {
            index++;
        }

        return index;
    }

    private DateTimeOffset Instant(DateTime day)
    {
        var local = DateTime.SpecifyKind(day + At.ToTimeSpan(), DateTimeKind.Unspecified);
        var offset =
            Zone.IsInvalidTime(local) ? Zone.GetUtcOffset(local.AddDays(-1))
            : Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max()
            : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static TimeSpan Floor(TimeSpan span, TimeSpan unit)
    {
        var rest = span.Ticks % unit.Ticks;
        return new(span.Ticks - (rest < 0 ? rest + unit.Ticks : rest));
    }
}
