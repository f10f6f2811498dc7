using Longhaul.Core.Retention;
using Longhaul.Core.Selection;

namespace Longhaul.Core.Mapping;

/// <summary>Checks of what the job's retention would do to the seed's points.</summary>
internal static class RetentionRules
{
    internal static Finding Retention(MappingCase facts)
    {
        var going = facts.Removals.Select(removal => removal.Point).ToHashSet();
        if (going.Count == 0)
        {
            return Finding.Ok(
                $"The job's retention ({facts.Policy.Describe()}) would remove none of the seed's points."
            );
        }

        var staying = facts
            .Match.Matched.SelectMany(found => found.Seed.Points)
            .Where(point => !going.Contains(point.Id))
            .MinBy(point => point.CreatedAt);
        var oldest = staying is null ? "none stays" : $"the oldest that stays is of {Timestamp.Of(staying.CreatedAt)}";
        var what =
            $"The job's retention ({facts.Policy.Describe()}) would remove {going.Count} of the seed's points, {oldest}";
        return facts.Job.ApplyRetentionToSeed
            ? Finding.Warning($"{what}.", "Leave out --apply-retention-to-seed to keep them.")
            : Finding.Warning(
                $"{what}; they are kept, pinned as seed.",
                "Give --apply-retention-to-seed to let them go, or let the job keep more: --keep and the other --keep-… options."
            );
    }

    internal static Finding Protected(MappingCase facts)
    {
        var until = facts.Seed.Protected.ToDictionary(point => point.Point, point => point.Until);
        var beyond = facts
            .Match.Matched.SelectMany(found => RetentionPlanner.Plan(facts.AfterFirstRun(found), facts.Policy).Points)
            .Where(point => until.TryGetValue(point.Point.Id, out var end) && IsBeyond(end, point, facts))
            .Select(point => $"{point.Point.Id} until {Timestamp.Of(until[point.Point.Id])}")
            .ToList();
        return beyond.Count == 0
            ? Finding.Ok("No restore point of the seed is immutable beyond the job's retention.")
            : Finding.Warning(
                $"Immutable beyond the job's retention: {Listing.Of(beyond)}.",
                "Nothing need be done: they stay until then, and their space with them."
            );
    }

    /// <summary>Whether a point is immutable when retention would remove it, if points go on coming as they did.</summary>
    private static bool IsBeyond(DateTimeOffset until, PointRetention point, MappingCase facts) =>
        point.IsKept
            ? point.GoesOn is { } day && GfsCalendar.DayOf(until, facts.Policy.Zone) > day
            : until > facts.Job.Now;
}
