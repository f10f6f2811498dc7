using Longhaul.Core.Selection;

namespace Longhaul.Core.Mapping;

/// <summary>Checks of who writes to the backup.</summary>
internal static class OwnershipRules
{
    internal static Finding Owned(MappingCase facts)
    {
        // In a carried copy of the folder the owner's record names another repository: void.
        var owner = facts.Seed.Owner is { } named && named.Repository == facts.Seed.Repository ? named : null;
        if (owner is null)
        {
            return Finding.Ok("No job owns the backup.");
        }

        if (owner.Job == facts.Job.Job.Id)
        {
            return Finding.Ok("The job owns the backup already.");
        }

        var name = owner.JobName.Length > 0 ? owner.JobName : owner.Job.ToString();
        return owner.Server is null
            ? Finding.Refused(
                $"Job '{name}' owns the backup.",
                $"Detach it there first: 'longhaul job unmap {name}', or 'longhaul job remove {name}'."
            )
            : Finding.Refused(
                $"Job '{name}' on server '{owner.Server}' owns the backup.",
                $"Detach it there first ('longhaul job unmap {name}'); if that server is gone, 'longhaul backup detach "
                    + $"{facts.Seed.FullName}' here."
            );
    }

    internal static Finding Busy(MappingCase facts) =>
        facts.Seed.Busy is { } use
            ? Finding.Refused(
                $"The backup is in use by {use.Who} since {Timestamp.Of(use.Since)}.",
                "Wait until that is done, or let the owner finish its run; then map again."
            )
            : Finding.Ok("Nobody is at work in the backup.");
}
