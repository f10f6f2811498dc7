using System.CommandLine;
using Longhaul.Catalog;
using Longhaul.Catalog.Passwords;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Passwords;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job edit NAME [flags of add]</c></summary>
internal sealed class JobEditCommand : CliCommand
{
    private readonly JobFlags _flags = new();
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };
    private readonly Option<string?> _name = CliOptions.Text(
        "--name",
        "NEW",
        "A new name; its backup keeps the old one"
    );

    /// <summary>Makes the command.</summary>
    public JobEditCommand()
        : base(
            "edit",
            "Changes a job; what is not given stays",
            "longhaul job edit nightly --keep 30",
            "longhaul job edit offsite --rate-limit none --every 12h",
            "longhaul job edit offsite --password-file offsite.password",
            "longhaul job edit nightly --machine db01 db02"
        )
    {
        Add(_job);
        Add(_name);
        foreach (var option in _flags.ForBackup.Union(_flags.ForCopy).Union(_flags.ForAgents))
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var keeper = await KeeperAsync(context, cancellationToken);
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        var present = await NameResolver.JobAsync(work, context.Value(_job), cancellationToken);
        JobEditor.CheckKind(context, _flags, present.Kind);
        var job = JobEditor.Apply(context, _flags, present) with
        {
            Name = context.Value(_name) is { } name ? NameResolver.NewName(name) : present.Name,
            Managed = JobEditor.Managed(context, _flags, present.Managed),
        };
        if (context.Value(_flags.Repository) is { } other)
        {
            job = Move(job, (await NameResolver.RepositoryAsync(work, other, cancellationToken)).Id);
        }

        if (JobSources.AreGiven(context, _flags))
        {
            job = job with { Sources = await JobSources.FindAsync(context, _flags, job, work, cancellationToken) };
        }

        CheckUnchangeable(context, present, job);
        await CheckEncryptionAsync(work, job, cancellationToken);
        JobEditor.Check(job);
        if (context.IsGiven(_flags.ImmutableFor) || job.Repository != present.Repository)
        {
            await JobProtection.CheckAsync(context, work, job, cancellationToken);
        }

        await work.Jobs.SaveAsync(job, cancellationToken);
        if (!job.Encrypt)
        {
            await work.KeptPasswords.RemoveAsync(KeptFor.OfJob(job.Id), cancellationToken);
        }
        else if (keeper is not null)
        {
            await keeper.KeepAsync(work, job, cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        await context.PrintJobAsync(work, job, cancellationToken);
        return ExitCodes.Done;
    }

    /// <summary>A password that is given with --password-file, or with --encrypt, is to be the job's; what is in the environment may
    /// be there for something else.</summary>
    /// <returns>Null when none is to be kept.</returns>
    private async Task<PasswordKeeper?> KeeperAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (
            context.Value(_flags.NoRemember)
            || context.Options.Passwords.Count == 0
            || !(context.Options.HasPasswordFiles || context.IsGiven(_flags.Encrypt))
        )
        {
            return null;
        }

        // Before the transaction: it takes its time.
        var keeper = new PasswordKeeper(context.Workplace());
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        await keeper.RequireOpensAsync(job, cancellationToken);
        return keeper;
    }

    private static JobDefinition Move(JobDefinition job, RepositoryId repository) =>
        job.Repository == repository ? job
        : job.Backup is null ? job with { Repository = repository }
        : throw Errors.UsageInvalid(
            $"job '{job.Name}' has a backup in its repository already",
            $"Run 'longhaul job unmap {job.Name}' first, or 'longhaul job clone' it and edit the clone."
        );

    /// <summary>A backup is encrypted from its first point on, or not at all.</summary>
    private static async Task CheckEncryptionAsync(
        ICatalogWork work,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        var backups = await work.Backups.ListAsync(job.Repository, cancellationToken);
        if (
            backups.FirstOrDefault(entry => entry.BackupId == job.Backup && entry.Owner == job.Id) is { } backup
            && backup.Encrypted != job.Encrypt
        )
        {
            throw Errors.JobEncryption(job.Name, backup.Folder, job.Encrypt);
        }
    }

    private static void CheckUnchangeable(CommandContext context, JobDefinition present, JobDefinition job)
    {
        if (present.Backup is null)
        {
            return;
        }

        if (job.Managed != present.Managed)
        {
            throw Errors.UsageInvalid(
                "--managed and --standalone cannot change once there is a backup: its origin says which it is",
                "Make a new job."
            );
        }

        if (job.BlockSize != present.BlockSize)
        {
            context.Warn("the block size is that of a new backup; the present one keeps its own");
        }
    }
}
