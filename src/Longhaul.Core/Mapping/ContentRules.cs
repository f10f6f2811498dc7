using Longhaul.Core.Machines;
using Longhaul.Core.Selection;

namespace Longhaul.Core.Mapping;

/// <summary>Checks of what the seed holds, against what the sources hold.</summary>
internal static class ContentRules
{
    internal static Finding ContentDiffers(MappingCase facts)
    {
        var others = facts.Match.Matched.Where(facts.SeemsAnother).Select(found => found.Machine.Name).ToList();
        return others.Count == 0
            ? Finding.Ok("No machine matched by name differs in most of its blocks.")
            : Finding.Warning(
                $"Most of the non-zero blocks differ: {Listing.Of(others)}; probably another machine of that name.",
                "It is treated as a full that needs consent: 'longhaul job plan "
                    + $"{facts.Job.Job.Name}' says its size, 'longhaul job run {facts.Job.Job.Name} --full' consents."
            );
    }

    internal static Finding DiskChanged(MappingCase facts)
    {
        var changes = facts.Match.Matched.SelectMany(Changes).ToList();
        return changes.Count == 0
            ? Finding.Ok("The disks are as they were when the seed was made.")
            : Finding.Warning(
                $"Disks changed since the seed was made: {Listing.Of(changes)}.",
                "Nothing need be done: only what is new of these disks is sent."
            );
    }

    internal static Finding BlockSize(MappingCase facts)
    {
        var others = facts
            .Match.Matched.Where(found => found.Machine.BlockSize is { } size && size != facts.Seed.BlockSize)
            .Select(found => $"{found.Machine.Name} ({found.Machine.BlockSize} bytes)")
            .ToList();
        return others.Count == 0
            ? Finding.Ok("The sources have the backup's block size.")
            : Finding.Warning(
                $"The backup has blocks of {facts.Seed.BlockSize} bytes, other than the sources of {Listing.Of(others)}.",
                facts.Job.Job.IsCopy
                    ? "Nothing need be done: the source is re-cut into the seed's block size while copying."
                    : "Nothing need be done: the job goes on with the backup's block size."
            );
    }

    internal static Finding SeedNewer(MappingCase facts)
    {
        if (!facts.Job.Job.IsCopy)
        {
            return Finding.Ok("A backup job makes its points itself.");
        }

        var idle = facts
            .Match.Matched.Where(found => facts.Next[found.Machine.Id].Point is null)
            .Select(found => found.Machine.Name)
            .ToList();
        return idle.Count == 0
            ? Finding.Ok("Every machine has a source point newer than the seed's newest.")
            : Finding.Warning(
                $"No source point is newer than the seed's newest: {Listing.Of(idle)}.",
                "Nothing need be done: the job is idle until there is a newer one; a backup job's run makes one."
            );
    }

    internal static Finding Unverified(MappingCase facts) =>
        facts.Seed.UnverifiedSince is { } since
            ? Finding.Warning(
                $"The backup's data was not verified since it arrived, {Timestamp.Of(since)}.",
                "It is verified at the target's side before the first copy, and a block that fails is sent again; to know "
                    + $"now: 'longhaul backup verify {facts.Seed.Name} --data'."
            )
            : Finding.Ok("The backup's data was verified, or made there by a job.");

    private static IEnumerable<string> Changes(MatchedMachine found)
    {
        var before = found.Seed.Disks.ToDictionary(disk => disk.Id, disk => disk.Size);
        var now = found.Machine.Disks.ToDictionary(disk => disk.Id, disk => disk.Size);
        if (before.Count == 0 || now.Count == 0)
        {
            return []; // One side's disks are not known: a locked seed, or no source point yet.
        }

        return found
            .Machine.Disks.Select(disk => Change(found.Machine.Name, disk, before))
            .OfType<string>()
            .Concat(
                found
                    .Seed.Disks.Where(disk => !now.ContainsKey(disk.Id))
                    .Select(disk => $"{found.Machine.Name}/{disk.Id} was removed")
            );
    }

    private static string? Change(string machine, DiskLayout disk, Dictionary<string, ByteSize> before)
    {
        if (!before.TryGetValue(disk.Id, out var size))
        {
            return $"{machine}/{disk.Id} was added";
        }

        return size == disk.Size ? null : $"{machine}/{disk.Id} was resized from {size} to {disk.Size}";
    }
}
