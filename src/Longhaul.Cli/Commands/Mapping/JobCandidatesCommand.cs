using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Jobs.Mapping;

namespace Longhaul.Cli.Commands.Mapping;

/// <summary><c>job candidates NAME</c>: every backup in the target repository with its verdict.</summary>
internal sealed class JobCandidatesCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of a copy job" };

    /// <summary>Makes the command.</summary>
    public JobCandidatesCommand()
        : base(
            "candidates",
            "Says of every backup in the target repository whether it may seed the job",
            "longhaul job candidates offsite"
        )
    {
        Add(_job);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        var verdicts = await new JobMapper(context.Workplace()).JudgeAllAsync(job, cancellationToken);
        IReadOnlyList<VerdictDocument> documents = [.. verdicts.Select(VerdictDocument.Of)];
        context.Print(
            documents,
            EngineJson.Context.Verdicts,
            () =>
                PeopleTables.Things(
                    ["Backup", "Verdict", "Check", "What", "What to do"],
                    documents.SelectMany(VerdictOutput.Rows),
                    "No backups in the target repository. Carry one there, then 'longhaul repository rescan'."
                )
        );
        return ExitCodes.Done;
    }
}
