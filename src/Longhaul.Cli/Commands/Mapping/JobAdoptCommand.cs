using System.CommandLine;
using Longhaul.Cli.Commands.Jobs;
using Longhaul.Cli.Hosting;
using Longhaul.Jobs.Mapping;

namespace Longhaul.Cli.Commands.Mapping;

/// <summary><c>job adopt BACKUP</c>: brings back a lost job from what the backup's log says.</summary>
internal sealed class JobAdoptCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };

    /// <summary>Makes the command.</summary>
    public JobAdoptCommand()
        : base(
            "adopt",
            "Brings back a lost job, with its machines and their disks, from what the backup's log says",
            "longhaul job adopt main/nightly"
        )
    {
        Add(_backup);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var job = await new Ownership(context.Workplace()).AdoptAsync(entry, cancellationToken);
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        await context.PrintJobAsync(view, job, cancellationToken);
        return ExitCodes.Done;
    }
}
