using System.Globalization;
using Longhaul.Core.Jobs;

namespace Longhaul.Core.Retention;

/// <summary>What a job keeps of each machine. A point stays when any of the rules keeps it.</summary>
/// <remarks>
/// <para>The newest <see cref="Last"/> points; those not older than <see cref="Days"/> days; and of each of the newest
/// weeks, months, quarters and years that have a point, the first. A missed day takes the next point of its period; a
/// period without a point counts for nothing, so that a machine that stands still loses nothing by it.</para>
/// <para>Days are counted back from the newest point's and not from today, for the same reason, and so that a clock
/// that jumps takes nothing away by itself.</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RetentionPolicy
{
    /// <summary>The newest points to keep, at least 1.</summary>
    public required int Last { get; init; }

    /// <summary>Days to keep all points of, before that of the newest point; 0: the rule is not used.</summary>
    public int Days { get; init; }

    /// <summary>Weeks to keep the first point of; 0: the rule is not used. So with what follows.</summary>
    public int Weekly { get; init; }

    /// <summary>Months to keep the first point of.</summary>
    public int Monthly { get; init; }

    /// <summary>Quarters to keep the first point of.</summary>
    public int Quarterly { get; init; }

    /// <summary>Years to keep the first point of.</summary>
    public int Yearly { get; init; }

    /// <summary>How long the points of a machine stay that has left the job; null for good.</summary>
    public TimeSpan? DeletedAfter { get; init; }

    /// <summary>Where days begin.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How the chain grows, and so how it lets go.</summary>
    public BackupMethod Method { get; init; } = BackupMethod.ForeverForward;

    /// <summary>How far apart points are to come; null when only the chain can tell. Decides nothing, and foretells when a
    /// point will go.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>What a job's definition says.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="LonghaulException">job.time-zone: this machine does not know the job's time zone.</exception>
    public static RetentionPolicy Of(JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return TryOf(job) ?? throw Errors.JobTimeZone(job.Name, job.TimeZone);
    }

    /// <summary>What a job's definition says; null where this machine does not know the job's time zone.</summary>
    /// <param name="job">The job.</param>
    public static RetentionPolicy? TryOf(JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return TimeZoneInfo.TryFindSystemTimeZoneById(job.TimeZone, out var zone)
            ? RulesOf(job) with
            {
                Zone = zone,
            }
            : null;
    }

    /// <summary>A job's rules in words, also where its time zone is not known.</summary>
    /// <param name="job">The job.</param>
    public static string Describe(JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return RulesOf(job).Describe();
    }

    /// <summary>How many periods of a long-term rule are kept; 0: it is not used.</summary>
    /// <param name="tier">The rule.</param>
    public int CountOf(GfsTier tier) =>
        tier switch
        {
            GfsTier.Weekly => Weekly,
            GfsTier.Monthly => Monthly,
            GfsTier.Quarterly => Quarterly,
            _ => Yearly,
        };

    /// <summary>The rules in words, as plans and sessions show them: <c>keep 7, 14 days, 4 weekly</c>.</summary>
    public string Describe() =>
        string.Join(
            ", ",
            new[]
            {
                string.Create(CultureInfo.InvariantCulture, $"keep {Last}"),
                Rule(Days, Days == 1 ? "day" : "days"),
                Rule(Weekly, "weekly"),
                Rule(Monthly, "monthly"),
                Rule(Quarterly, "quarterly"),
                Rule(Yearly, "yearly"),
            }.OfType<string>()
        );

    private static RetentionPolicy RulesOf(JobDefinition job) =>
        new()
        {
            Last = job.Keep,
            Days = job.KeepDays,
            Weekly = job.KeepWeekly,
            Monthly = job.KeepMonthly,
            Quarterly = job.KeepQuarterly,
            Yearly = job.KeepYearly,
            DeletedAfter = job.DeletedAfter,
            Interval = job.IsCopy ? job.Every : null,
            Method = job.IsCopy ? BackupMethod.ForeverForward : job.Method,
        };

    private static string? Rule(int count, string unit) =>
        count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{count} {unit}");
}
