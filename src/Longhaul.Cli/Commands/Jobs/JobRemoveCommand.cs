using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Mapping;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job remove NAME</c>: forgets it; its restore points stay.</summary>
internal sealed class JobRemoveCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };

    /// <summary>Makes the command.</summary>
    public JobRemoveCommand()
        : base("remove", "Forgets a job; its restore points are not touched", "longhaul job remove nightly")
    {
        Add(_job);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        // Before the transaction: leaving the backup takes its time, and writes to the catalog itself.
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        await ReleaseAsync(context, job, cancellationToken);
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        var id = job.Id.ToString();
        var users = (await work.Jobs.ListAsync(cancellationToken))
            .Where(other => other.Sources.Any(source => source.Kind == JobSourceKind.Job && source.Id == id))
            .Select(other => other.Name)
            .ToList();
        if (users.Count > 0)
        {
            context.Warn($"no longer a source of: {string.Join(", ", users)}");
        }

        await work.Jobs.RemoveAsync(job.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Print(
            new RemovedDocument(id, job.Name, Removed: true),
            CliJson.Context.RemovedDocument,
            () => new Text($"Job '{job.Name}' is forgotten; its restore points are not touched.\n")
        );
        return ExitCodes.Done;
    }

    /// <summary>Leaves the job's backup ownerless; one that is out of reach is left as it is, and that is said.</summary>
    private static async Task ReleaseAsync(
        CommandContext context,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await new Ownership(context.Workplace()).ReleaseAsync(job, cancellationToken);
        }
        catch (LonghaulException error) when (error.Code is "store.unreachable" or "repository.not-found")
        {
            context.Warn($"{error.Message}; the job's backup there still names it as owner ('longhaul backup detach')");
        }
    }
}
