using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;

namespace Longhaul.Core.Mapping;

/// <summary>Checks of what kind of job made the backup.</summary>
/// <remarks>An agent copy job may be mapped only to the backup of an agent copy job that processes standalone agents'
/// backups, and to the backup of a standalone agent backup job.</remarks>
internal static class OriginRules
{
    internal static Finding Kind(MappingCase facts)
    {
        if (!facts.Job.Job.IsCopy)
        {
            return KindOfBackupJob(facts);
        }

        var agentJob = facts.Job.Job.Kind == JobKind.AgentCopy;
        var agentSeed = facts.Seed.Origin is not (BackupOrigin.Backup or BackupOrigin.Copy);
        return (agentJob, agentSeed) switch
        {
            (true, false) => Finding.Refused(
                $"The job copies agents' backups; the backup was made by {Describe(facts.Seed.Origin)}.",
                "Map it to a copy job made with 'longhaul job add copy'."
            ),
            (false, true) => Finding.Refused(
                $"The job copies machines' backups; the backup was made by {Describe(facts.Seed.Origin)}.",
                "Map it to a copy job made with 'longhaul job add agent-copy'."
            ),
            _ => Finding.Ok($"The backup was made by {Describe(facts.Seed.Origin)}, which fits the job."),
        };
    }

    internal static Finding AgentManaged(MappingCase facts)
    {
        const string Hint =
            "Map the job to the backup of a standalone agent backup job, or of an agent copy job that has only such "
            + "sources ('longhaul job candidates' lists them).";
        if (facts.Job.Job.Kind != JobKind.AgentCopy)
        {
            return Finding.Ok("The job is no agent copy job.");
        }

        if (facts.Seed.Origin.IsManaged())
        {
            return Finding.Refused($"The backup was made by {Describe(facts.Seed.Origin)}.", Hint);
        }

        return
            facts.Seed.Chains.SelectMany(chain => chain.Points).FirstOrDefault(point => point.WrittenBy.IsManaged())
                is { } point
            ? Finding.Refused($"Restore point {point.Id} in it was written by {Describe(point.WrittenBy)}.", Hint)
            : Finding.Ok("No managed agent's job had a hand in the backup.");
    }

    /// <summary>A backup job goes on with what a job of its own kind and method made.</summary>
    private static Finding KindOfBackupJob(MappingCase facts)
    {
        var job = facts.Job.Job;
        if (facts.Seed.Origin != job.OriginOf(anyManagedSource: false))
        {
            return Finding.Refused(
                $"The backup was made by {Describe(facts.Seed.Origin)}; the job is "
                    + $"{Describe(job.OriginOf(anyManagedSource: false))}.",
                "A backup job continues a backup made by a job of its own kind; a copy job may be mapped to others "
                    + "('longhaul job add copy')."
            );
        }

        var forwards = facts.Seed.Chains.FirstOrDefault(chain =>
            chain.Points.Any(point => point.Kind == PointKind.Increment)
        );
        return job.Method == BackupMethod.Reverse && forwards is not null
            ? Finding.Refused(
                $"The chain of {forwards.DisplayName} was made forwards; the job's method is reverse.",
                "Give the job --method forever-forward or forward."
            )
            : Finding.Ok($"The backup was made by {Describe(facts.Seed.Origin)}, which fits the job.");
    }

    private static string Describe(BackupOrigin origin) =>
        origin switch
        {
            BackupOrigin.Backup => "a backup job",
            BackupOrigin.Copy => "a backup copy job",
            BackupOrigin.AgentStandalone => "a standalone agent backup job",
            BackupOrigin.AgentManaged => "an agent backup job managed by the backup server",
            BackupOrigin.AgentCopyStandalone => "an agent copy job of standalone agents' backups",
            _ => "an agent copy job with a managed agent's backup among its sources",
        };
}
