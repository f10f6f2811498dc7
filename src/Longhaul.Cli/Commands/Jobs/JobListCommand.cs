using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job list</c></summary>
internal sealed class JobListCommand : CliCommand
{
    /// <summary>Makes the command.</summary>
    public JobListCommand()
        : base("list", "Lists the jobs", "longhaul job list", "longhaul job list --json") { }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var jobs = await JobOutput.DescribeAsync(
            view,
            await view.Jobs.ListAsync(cancellationToken),
            whole: false,
            cancellationToken
        );
        context.Print(
            jobs,
            CliJson.Context.Jobs,
            () =>
                PeopleTables.Things(
                    ["Name", "Kind", "State", "Repository", "Backup", "Id"],
                    jobs.Select(job =>
                        (IReadOnlyList<string?>)
                            [
                                job.Name,
                                job.Kind,
                                job.State,
                                job.Repository ?? job.RepositoryId,
                                job.Backup ?? job.BackupId,
                                job.Id,
                            ]
                    ),
                    "No job was added yet. Add one with 'longhaul job add'."
                )
        );
        return ExitCodes.Done;
    }
}
