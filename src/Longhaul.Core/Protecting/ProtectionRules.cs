using System.Globalization;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;

namespace Longhaul.Core.Protecting;

/// <summary>What --immutable-for does to the rest of a job's definition: what cannot hold, and what holds longer.</summary>
/// <remarks>Retention that would let points go earlier is no contradiction: they are kept longer, which is said. Impossible is
/// what would fill the repository before the first point may go.</remarks>
public static class ProtectionRules
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>Finds what cannot hold.</summary>
    /// <param name="job">The job; it protects its points.</param>
    /// <param name="machines">The points of each machine that its backup has, oldest first, with the bytes that only that
    /// point needs; empty while there is no backup.</param>
    /// <param name="freeBytes">Room in the repository; null when nobody knows.</param>
    /// <returns>job.protection with the arithmetic; null when it can hold.</returns>
    public static LonghaulException? FindRefusal(
        JobDefinition job,
        IReadOnlyList<IReadOnlyList<(RestorePoint Point, long Bytes)>> machines,
        long? freeBytes
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(machines);
        if (job.ImmutableFor is not { } length)
        {
            return null;
        }

        if (length > ProtectionTerm.Longest)
        {
            return Errors.JobProtection(
                job.Name,
                $"{Days(length)} protected, and {Days(ProtectionTerm.Longest)} is the longest there is",
                "Choose a shorter --immutable-for."
            );
        }

        var (points, bytes) = StillToCome(job, length, machines);
        return freeBytes is { } free && bytes > free
            ? Errors.JobProtection(
                job.Name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"in {Days(length)} {points} more points are made before the first may go, which take {new ByteSize(bytes)} or more as the present ones do; {new ByteSize(free)} are free"
                ),
                "Choose a shorter --immutable-for, or make room in the repository."
            )
            : null;
    }

    /// <summary>Says what stays longer than the job's retention says, with the arithmetic.</summary>
    /// <param name="job">The job.</param>
    /// <returns>One clause each; empty when nothing does.</returns>
    public static IReadOnlyList<string> Describe(JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.ImmutableFor is not { } length)
        {
            return [];
        }

        var notes = new List<string>();
        var spacing = job.IsCopy && job.Every > TimeSpan.Zero ? job.Every : s_day;
        var byNumber = job.Keep > length / spacing ? length : spacing * job.Keep;
        var byDays = s_day * Math.Min(job.KeepDays, 36_500);
        if (byNumber < length && byDays < length)
        {
            var rule =
                byDays > byNumber
                    ? string.Create(CultureInfo.InvariantCulture, $"keep {job.KeepDays} days")
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"keep {job.Keep} points, one every {Days(spacing)} = {Days(byNumber)}"
                    );
            notes.Add(
                $"{rule} < {Days(length)} protected: points stay {Days(length)}, and what they need up to {Days(length)} more"
            );
        }

        if (job.DeletedAfter is { } after && after < length)
        {
            notes.Add(
                $"a machine that has left the job goes after {Days(after)} < {Days(length)} protected: its points stay until then"
            );
        }

        if (spacing > length)
        {
            notes.Add(
                $"a point every {Days(spacing)} > {Days(length)} protected: for {Days(spacing - length)} before each new point none is"
            );
        }

        return notes;
    }

    /// <summary>How many points are made until the first of those that are made from now on may go, and the least they take.</summary>
    private static (long Points, long Bytes) StillToCome(
        JobDefinition job,
        TimeSpan length,
        IReadOnlyList<IReadOnlyList<(RestorePoint Point, long Bytes)>> machines
    )
    {
        var (points, bytes) = (0L, 0d);
        foreach (var chain in machines.Where(chain => chain.Count > 2))
        {
            // The first is the full; the newest may be only part of what such a point is going to take.
            var increments = chain.Skip(1).SkipLast(1).ToArray();
            var span = chain[^1].Point.CreatedAt - chain[0].Point.CreatedAt;
            var spacing = job.IsCopy ? job.Every : span / (chain.Count - 1);
            if (increments.Length > 0 && spacing > TimeSpan.Zero)
            {
                var more = Math.Max(0, (long)(length / spacing) - chain.Count);
                points += more;
                bytes += more * increments.Average(point => (double)point.Bytes);
            }
        }

        return (points, bytes >= long.MaxValue ? long.MaxValue : (long)bytes);
    }

    private static string Days(TimeSpan time) =>
        time.Ticks % s_day.Ticks == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays} {(time == s_day ? "day" : "days")}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours");
}
