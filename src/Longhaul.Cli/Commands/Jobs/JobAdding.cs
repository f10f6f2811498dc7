using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Core.Jobs;

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
    /// <exception cref="LonghaulException">name.invalid, job.exists; and what <see cref="JobSources"/> and
    /// <see cref="JobEditor"/> throw.</exception>
    public static async Task<int> AddAsync(
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
            }
        );
        job = job with { Sources = await JobSources.FindAsync(context, flags, job, work, cancellationToken) };
        JobEditor.Check(job);
        await work.Jobs.SaveAsync(job, cancellationToken);
        await work.CommitAsync(cancellationToken);
        await context.PrintJobAsync(work, job, cancellationToken);
        return ExitCodes.Done;
    }
}
