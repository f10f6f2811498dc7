using System.Globalization;
using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Passwords;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary>Prints jobs.</summary>
internal static class JobOutput
{
    /// <summary>Makes the documents of jobs, with the names of what they refer to.</summary>
    /// <param name="work">The catalog.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="whole">Whether with their nested lists.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<IReadOnlyList<JobDocument>> DescribeAsync(
        ICatalogWork work,
        IReadOnlyList<JobDefinition> jobs,
        bool whole,
        CancellationToken cancellationToken
    )
    {
        var repositories = (await work.Repositories.ListAsync(cancellationToken)).ToDictionary(
            entry => entry.Id,
            entry => entry.Name
        );
        var backups = jobs.Any(job => job.Backup is not null)
            ? (await work.Backups.ListAsync(repository: null, cancellationToken)).ToLookup(backup =>
                (backup.Repository, backup.BackupId)
            )
            : null;
        var kept = (await work.KeptPasswords.ListAsync(cancellationToken)).Select(one => one.For).ToHashSet();
        return
        [
            .. jobs.Select(job =>
                JobDocument.Of(
                    job,
                    repositories.GetValueOrDefault(job.Repository),
                    job.Backup is { } backup ? NameOf(backups![(job.Repository, backup)], job.Id) : null,
                    kept.Contains(KeptFor.OfJob(job.Id)),
                    whole
                )
            ),
        ];
    }

    /// <summary>Two folders of a repository may be copies of one backup: the job's is the one it owns.</summary>
    private static string? NameOf(IEnumerable<BackupEntry> copies, JobId job) =>
        copies.OrderByDescending(entry => entry.Owner == job).FirstOrDefault()?.Folder;

    /// <summary>Prints one job, whole.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="work">The catalog.</param>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task PrintJobAsync(
        this CommandContext context,
        ICatalogWork work,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        var document = (await DescribeAsync(work, [job], whole: true, cancellationToken))[0];
        context.Print(document, CliJson.Context.JobDocument, () => PeopleTables.Facts(Facts(document, job)));
    }

    private static List<(string, string?)> Facts(JobDocument job, JobDefinition definition)
    {
        List<(string, string?)> facts =
        [
            ("Job", job.Name),
            ("Id", job.Id),
            ("Kind", job.Kind == "agent-backup" ? $"{job.Kind}, {(job.Managed ? "managed" : "standalone")}" : job.Kind),
            ("Enabled", job.Enabled ? "yes" : "no"),
            (
                "Awaits",
                definition.AwaitedSeed is { IsMapped: false } seed
                    ? $"the seed {(seed.Backup is null ? "that is being made" : "made")} in {seed.Folder}, since {InstantValue.FormatShort(seed.Since)}"
                    : null
            ),
            ("Repository", job.Repository ?? job.RepositoryId),
            ("Backup", job.Backup ?? job.BackupId ?? "none yet: the first run makes it"),
            .. job.Sources!.Select(source => ("Source", (string?)$"{source.Kind} {source.Name}")),
            ("Retention", RetentionPolicy.Describe(definition)),
            ("Fulls", job.StandaloneFulls ? "stand alone: each is stored whole" : null),
            (
                "Deleted after",
                definition.DeletedAfter is { } after
                    ? $"{DurationValue.Format(after)}, if a machine leaves the job"
                    : null
            ),
            ("Immutable for", definition.ImmutableFor is { } immutable ? DurationValue.Format(immutable) : null),
            ("Days of", job.TimeZone),
            ("Compression", job.Compression),
            ("Encrypted", job.Encrypt ? $"yes; {(job.PasswordKept ? "a" : "no")} password is kept for it" : null),
        ];
        facts.AddRange(job.Mode is null ? BackupFacts(job) : CopyFacts(job));
        return facts;
    }

    private static IEnumerable<(string, string?)> BackupFacts(JobDocument job) =>
        [
            ("Method", job.Method),
            ("Active full", Runs(job.FullEvery)),
            ("Synthetic full", Runs(job.SyntheticFullEvery)),
            ("Transform", job.Transform ? "yes" : null),
            ("Block size", SizeValue.Format(job.BlockSize)),
            ("Before", job.Before),
            ("After", job.After),
        ];

    private static IEnumerable<(string, string?)> CopyFacts(JobDocument job) =>
        [
            ("Mode", job.Mode),
            ("Interval", DurationValue.Format(TimeSpan.FromSeconds(job.EverySeconds!.Value)) + " from " + job.At),
            ("Rate limit", job.RateLimit is { } rate ? RateValue.Format(rate) : null),
            ("Delta depth", Number(job.DeltaDepth!.Value)),
            ("Tasks", Number(job.MaxTasks)),
        ];

    private static string? Runs(int every) => every == 0 ? null : $"every {Number(every)} runs";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
