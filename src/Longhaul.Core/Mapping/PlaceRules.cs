namespace Longhaul.Core.Mapping;

/// <summary>Checks of where the backup lies, and whether this program can read it.</summary>
internal static class PlaceRules
{
    internal static Finding OtherRepository(MappingCase facts) =>
        facts.Seed.Repository == facts.Job.Job.Repository
            ? Finding.Ok("The backup lies in the job's target repository.")
            : Finding.Refused(
                $"The backup lies in repository '{facts.Seed.RepositoryName}', the job writes to "
                    + $"'{facts.Job.RepositoryName}'.",
                $"Carry the folder to '{facts.Job.RepositoryName}' and run 'longhaul repository rescan "
                    + $"{facts.Job.RepositoryName}', or give the job that repository with 'longhaul job edit "
                    + $"{facts.Job.Job.Name} --repository {facts.Seed.RepositoryName}'."
            );

    internal static Finding Unsupported(MappingCase facts) =>
        facts.Seed.UnsupportedFormat is { } number
            ? Finding.Refused(
                $"The backup needs format {number}, which this program does not know.",
                "Use a newer longhaul; nothing is wrong with the backup."
            )
            : Finding.Ok("The backup's format is known.");

    internal static Finding Duplicate(MappingCase facts) =>
        facts.Seed.Duplicates.Count == 0
            ? Finding.Ok("The backup lies in this repository once.")
            : Finding.Refused(
                $"The same backup lies in this repository again, as {Listing.Of(facts.Seed.Duplicates)}.",
                "Delete one of the folders, or make one a backup of its own with 'longhaul backup adopt-copy'."
            );
}
