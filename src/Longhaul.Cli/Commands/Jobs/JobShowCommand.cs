using System.CommandLine;
using Longhaul.Cli.Hosting;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job show NAME</c></summary>
internal sealed class JobShowCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };

    /// <summary>Makes the command.</summary>
    public JobShowCommand()
        : base("show", "Shows a job", "longhaul job show nightly", "longhaul job show nightly --json")
    {
        Add(_job);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var job = await NameResolver.JobAsync(view, context.Value(_job), cancellationToken);
        await context.PrintJobAsync(view, job, cancellationToken);
        return ExitCodes.Done;
    }
}
