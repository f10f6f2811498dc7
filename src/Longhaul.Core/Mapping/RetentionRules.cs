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
                $"The job keeps {facts.Job.Job.Keep} restore points; it would remove none of the seed's."
            );
        }

        var staying = facts
            .Match.Matched.SelectMany(found => found.Seed.Points)
            .Where(point => !going.Contains(point.Id))
            .MinBy(point => point.CreatedAt);
        var oldest = staying is null ? "none stays" : $"the oldest that stays is of {Timestamp.Of(staying.CreatedAt)}";
        var what = $"The job keeps {facts.Job.Job.Keep} restore points: {going.Count} of the seed's would go, {oldest}";
        return facts.Job.ApplyRetentionToSeed
            ? Finding.Warning($"{what}.", "Leave out --apply-retention-to-seed to keep them.")
            : Finding.Warning(
                $"{what}; they are kept, pinned as seed.",
                "Give --apply-retention-to-seed to let them go, or raise the job's --keep."
            );
    }

    internal static Finding Protected(MappingCase facts)
    {
        var until = facts.Seed.Protected.ToDictionary(point => point.Point, point => point.Until);
        var beyond = facts
            .Match.Matched.SelectMany(found =>
                found.Seed.Points.Select((point, i) => (Point: point, GoesAt: GoesAt(facts, found, i)))
            )
            .Where(entry => until.TryGetValue(entry.Point.Id, out var end) && end > entry.GoesAt)
            .Select(entry => $"{entry.Point.Id} until {Timestamp.Of(until[entry.Point.Id])}")
            .ToList();
        return beyond.Count == 0
            ? Finding.Ok("No restore point of the seed is immutable beyond the job's retention.")
            : Finding.Warning(
                $"Immutable beyond the job's retention: {Listing.Of(beyond)}.",
                "Nothing need be done: they stay until then, and their space with them."
            );
    }

    /// <summary>When retention would remove a point of the seed, if one point comes with every copy interval.</summary>
    private static DateTimeOffset GoesAt(MappingCase facts, MatchedMachine found, int index)
    {
        var newer = found.Seed.Points.Count - 1 - index;
        long intervals = Math.Max(0, facts.Job.Job.Keep - newer);
        var longest = DateTimeOffset.MaxValue - facts.Job.Now;
        return intervals > longest.Ticks / Math.Max(1, facts.Job.Job.Every.Ticks)
            ? DateTimeOffset.MaxValue
            : facts.Job.Now + (facts.Job.Job.Every * intervals);
    }
}
