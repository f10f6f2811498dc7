using Longhaul.Catalog.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Jobs.Mapping;
using Longhaul.Jobs.Passwords;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary>What <c>job add</c> does, whatever the kind.</summary>
internal static class JobAdding
{
    /// <summary>Defines a job, saves it and prints it.</summary>
    /// <param name="context">The line.</param>
    /// <param name="flags">The command's options.</param>
    /// <param name="kind">The job's kind.</param>
    /// <param name="name">What it is to be called.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">name.invalid, job.exists; what <see cref="JobSources"/> and
    /// <see cref="JobEditor"/> throw; with --map also backup.not-found and mapping.*: then no job was made.</exception>
    public static async Task<int> AddAsync(
        CommandContext context,
        JobFlags flags,
        JobKind kind,
        string name,
        CancellationToken cancellationToken
    )
    {
        var job = await SaveAsync(context, flags, kind, name, cancellationToken);
        if (context.Value(flags.Map) is { } seed)
        {
            await MapAsync(context, flags, job, seed, cancellationToken);
        }

        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        await context.PrintJobAsync(
            view,
            await view.Jobs.FindAsync(job.Id, cancellationToken) ?? throw Errors.JobNotFound(name),
            cancellationToken
        );
        return ExitCodes.Done;
    }

    private static async Task<JobDefinition> SaveAsync(
        CommandContext context,
        JobFlags flags,
        JobKind kind,
        string name,
        CancellationToken cancellationToken
    )
    {
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        var repository = await NameResolver.RepositoryAsync(work, context.Value(flags.Repository)!, cancellationToken);
        var job = JobEditor.Apply(
            context,
            flags,
            new JobDefinition
            {
                Id = JobId.New(),
                Name = NameResolver.NewName(name),
                Kind = kind,
                Managed = kind == JobKind.AgentBackup && JobEditor.Managed(context, flags, present: false),
                Repository = repository.Id,
                Sources = [],
                TimeZone = context.LocalTimeZone,
            }
        );
        job = job with { Sources = await JobSources.FindAsync(context, flags, job, work, cancellationToken) };
        JobEditor.Check(job);
        await JobProtection.CheckAsync(context, work, job, cancellationToken);
        await work.Jobs.SaveAsync(job, cancellationToken);
        if (job.Encrypt && !context.Value(flags.NoRemember))
        {
            await new PasswordKeeper(context.Workplace()).KeepAsync(work, job, cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return job;
    }

    /// <summary>Maps the new job, and makes it disappear again when that is refused or fails.</summary>
    private static async Task MapAsync(
        CommandContext context,
        JobFlags flags,
        JobDefinition job,
        string seed,
        CancellationToken cancellationToken
    )
    {
        BackupEntry? backup = null;
        try
        {
            backup = await SeedResolver.FindAsync(context, job, seed, cancellationToken);
            var verdict = await new JobMapper(context.Workplace()).MapAsync(
                job,
                backup,
                new MapOptions { Remember = !context.Value(flags.NoRemember) },
                cancellationToken
            );
            if (verdict.Verdict == Verdict.Refused)
            {
                throw Errors.MappingRefused(verdict);
            }

            foreach (var check in verdict.Checks.Where(check => check.Verdict == Verdict.Warning))
            {
                context.Warn($"{check.Code}: {check.Message} {check.Hint}");
            }
        }
        catch
        {
            await ForgetAsync(context, job with { Backup = backup?.BackupId });
            throw;
        }
    }

    private static async Task ForgetAsync(CommandContext context, JobDefinition job)
    {
        try
        {
            if (job.Backup is not null)
            {
                // Mapping may have got as far as making the job the owner: nobody is to own a backup who is not there.
                await new Ownership(context.Workplace()).ReleaseAsync(job, CancellationToken.None);
            }
        }
        catch (LonghaulException error)
        {
            context.Warn($"job '{job.Name}' stays, since its backup is not given back: {error.Message}");
            return;
        }

        await using var work = await context.Catalog.WriteAsync(CancellationToken.None);
        await work.Jobs.RemoveAsync(job.Id, CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
    }
}
