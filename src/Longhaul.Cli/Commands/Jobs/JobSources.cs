using Longhaul.Catalog;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary>Finds the things a job is to work on, and refuses those of the wrong kind.</summary>
internal static class JobSources
{
    /// <summary>Whether any source is given.</summary>
    /// <param name="context">The line.</param>
    /// <param name="flags">The command's options.</param>
    public static bool AreGiven(CommandContext context, JobFlags flags) =>
        context.IsGiven(flags.Machines) || context.IsGiven(flags.Jobs) || context.IsGiven(flags.Backups);

    /// <summary>Finds what is given.</summary>
    /// <param name="context">The line.</param>
    /// <param name="flags">The command's options.</param>
    /// <param name="job">The job they are for: its name, kind and id.</param>
    /// <param name="work">The catalog.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Jobs, machines, then backups, each in the order given.</returns>
    /// <exception cref="LonghaulException">KIND.not-found, name.ambiguous; usage.invalid: one stands twice, or is the job
    /// itself; job.source-kind: agents' and machines' backups do not mix.</exception>
    public static async Task<IReadOnlyList<JobSource>> FindAsync(
        CommandContext context,
        JobFlags flags,
        JobDefinition job,
        ICatalogWork work,
        CancellationToken cancellationToken
    )
    {
        var sources = new List<JobSource>();
        var wrong = new List<string>();
        var wantsAgents = job.Kind == JobKind.AgentCopy;
        foreach (var name in job.IsCopy ? context.Value(flags.Jobs)! : [])
        {
            var source = await NameResolver.JobAsync(work, name, cancellationToken);
            sources.Add(new JobSource(JobSourceKind.Job, source.Id.ToString(), source.Name));
            Note(wrong, $"job '{source.Name}'", source.Kind is JobKind.AgentBackup or JobKind.AgentCopy, wantsAgents);
        }

        foreach (var name in context.Value(flags.Machines)!)
        {
            var machine = await NameResolver.MachineAsync(work, name, cancellationToken);
            sources.Add(new JobSource(JobSourceKind.Machine, machine.Id.ToString(), machine.Name));
        }

        foreach (var name in job.IsCopy ? context.Value(flags.Backups)! : [])
        {
            var backup = await NameResolver.BackupAsync(work, name, cancellationToken);
            sources.Add(
                new JobSource(JobSourceKind.Backup, backup.BackupId.ToString(), backup.Folder, backup.Repository)
            );
            var isAgents = backup.Origin is not (BackupOrigin.Backup or BackupOrigin.Copy);
            Note(wrong, $"backup '{backup.Folder}'", isAgents, wantsAgents);
        }

        CheckTwiceAndSelf(sources, job);
        return wrong.Count == 0 ? sources : throw Errors.JobSourceKind(job.Name, wantsAgents, wrong);
    }

    private static void Note(List<string> wrong, string source, bool isAgents, bool wantsAgents)
    {
        if (isAgents != wantsAgents)
        {
            wrong.Add(source);
        }
    }

    private static void CheckTwiceAndSelf(List<JobSource> sources, JobDefinition job)
    {
        if (sources.GroupBy(source => source.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw Errors.UsageInvalid($"'{twice.First().Name}' is given twice");
        }

        if (sources.Any(source => source.Id == job.Id.ToString()))
        {
            throw Errors.UsageInvalid($"job '{job.Name}' cannot copy its own backup");
        }
    }
}
