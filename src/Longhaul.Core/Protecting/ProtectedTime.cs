namespace Longhaul.Core.Protecting;

/// <summary>The clock by which points are protected: it begins as the wall clock stands, and setting that one forward does
/// not move it.</summary>
/// <remarks>
/// <para>It advances by what the boot-time clock proves. Time in which the host was off is proved by nothing; for that the
/// wall clock's gap counts, out of a credit of at most <see cref="MostUnproven"/>, which fills up again only as fast as time
/// passes that is proved. So whoever sets the wall clock forward and starts the host again, however often, shortens a
/// protection by seven days, and beyond that by no more than half.</para>
/// <para>It never goes back. Where it lags behind the wall clock, points stay longer; <see cref="Trusting"/> is a
/// person's word that the wall clock is right.</para>
/// <para>Source: docs/decisions/0015-protected-time.md.</para>
/// </remarks>
/// <param name="Reading">What it shows, UTC.</param>
/// <param name="Seen">The host's clocks when it showed that.</param>
/// <param name="Credit">Unproved time that may still count, 0 to <see cref="MostUnproven"/>.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ProtectedTime(DateTimeOffset Reading, ClockSight Seen, TimeSpan Credit)
{
    /// <summary>The most that a gap may count for of which nothing but the wall clock tells.</summary>
    public static readonly TimeSpan MostUnproven = TimeSpan.FromDays(7);

    /// <summary>Begins the clock.</summary>
    /// <param name="now">The host's clocks.</param>
    /// <param name="known">The latest reading that the repository's logs tell of; null for none. A home that was lost begins
    /// there, as after any other gap.</param>
    public static ProtectedTime Begin(ClockSight now, DateTimeOffset? known)
    {
        if (known is not { } last || now.Wall <= last)
        {
            return new(now.Wall, now, MostUnproven);
        }

        var gap = now.Wall - last;
        var counted = gap < MostUnproven ? gap : MostUnproven;
        return new(last + counted, now, MostUnproven - counted);
    }

    /// <summary>The clock at a later moment.</summary>
    /// <param name="now">The host's clocks then.</param>
    public ProtectedTime Advance(ClockSight now)
    {
        var isSameBoot = now.BootId == Seen.BootId;
        var wall = AtLeastZero(now.Wall - Seen.Wall);

        // Another boot may be another host, which has been up for long: no more is proved than has passed since.
        var proven =
            isSameBoot ? AtLeastZero(now.SinceBoot - Seen.SinceBoot)
            : now.SinceBoot < wall ? now.SinceBoot
            : wall;
        var gap = AtLeastZero(wall - proven);
        var unproven =
            isSameBoot ? TimeSpan.Zero
            : gap < Credit ? gap
            : Credit;
        var passed = proven + unproven;
        var credit = Credit - unproven + proven;
        return new(
            passed > DateTimeOffset.MaxValue - Reading ? DateTimeOffset.MaxValue : Reading + passed,
            now,
            credit < MostUnproven ? credit : MostUnproven
        );
    }

    /// <summary>The clock after a person has said that the wall clock is right; never earlier than it was.</summary>
    public ProtectedTime Trusting() => Seen.Wall > Reading ? this with { Reading = Seen.Wall } : this;

    private static TimeSpan AtLeastZero(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
