using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Jobs.Mapping;
using Longhaul.Jobs.Runs;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Mapping;

/// <summary><c>job unmap NAME</c></summary>
internal sealed class JobUnmapCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };

    /// <summary>Makes the command.</summary>
    public JobUnmapCommand()
        : base(
            "unmap",
            "Lets a job leave its backup: the points stay, its next run makes a new folder and a full",
            "longhaul job unmap offsite"
        )
    {
        Add(_job);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        var workplace = context.Workplace();
        var full = await new JobPlanner(workplace).FullSizeAsync(job, cancellationToken);
        if (!context.Confirm($"Unmap job '{job.Name}'? Its next run makes a full of about {SizeValue.Format(full)}."))
        {
            return ExitCodes.Failed;
        }

        var left = await new Ownership(workplace).UnmapAsync(job, cancellationToken);
        context.Print(
            new UnmapDocument(job.Name, job.Id.ToString(), left),
            EngineJson.Context.UnmapDocument,
            () => new Text($"Job '{job.Name}' has left backup '{left}'; its restore points stay.\n")
        );
        return ExitCodes.Done;
    }
}
