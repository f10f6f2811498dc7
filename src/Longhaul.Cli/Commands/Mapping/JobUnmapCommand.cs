using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Mapping;
using Longhaul.Jobs.Repositories;
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
        if (job.Backup is null)
        {
            throw Errors.JobNotMapped(job.Name);
        }

        var full = await FullSizeAsync(workplace, job, cancellationToken);
        context.Confirm($"Unmap job '{job.Name}'? Its next run makes a full of {full}.");
        var left = await new Ownership(workplace).UnmapAsync(job, cancellationToken);
        context.Print(
            new UnmapDocument(job.Name, job.Id.ToString(), left),
            EngineJson.Context.UnmapDocument,
            () =>
                new Text(
                    left is null
                        ? $"Job '{job.Name}' had lost its backup already; it is not mapped any more.\n"
                        : $"Job '{job.Name}' has left backup '{left}'; its restore points stay.\n"
                )
        );
        return ExitCodes.Done;
    }

    /// <summary>A source that is out of reach must not keep a job from leaving its backup.</summary>
    private static async Task<string> FullSizeAsync(
        Workplace workplace,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var bytes = await new JobPlanner(workplace).FullSizeAsync(job, cancellationToken);
            return $"about {SizeValue.Format(bytes)}";
        }
        catch (LonghaulException error)
        {
            return $"unknown size ({error.Message})";
        }
    }
}
