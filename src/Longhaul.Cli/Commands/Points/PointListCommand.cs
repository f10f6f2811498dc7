using System.CommandLine;
using Longhaul.Cli.Commands.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;

namespace Longhaul.Cli.Commands.Points;

/// <summary><c>point list BACKUP [--machine M]</c></summary>
internal sealed class PointListCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };
    private readonly Option<string> _machine = new("--machine") { Description = "Only of this machine" };

    /// <summary>Makes the command.</summary>
    public PointListCommand()
        : base(
            "list",
            "Lists the restore points of a backup, oldest first",
            "longhaul point list nightly --machine srv-db"
        )
    {
        Add(_backup);
        Add(_machine);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        entry = await context.CatchUpAsync(entry, cancellationToken);
        var document = (await context.DocumentsAsync([entry], whole: true, cancellationToken))[0];
        var wanted = context.Value(_machine);
        var points = document
            .Machines!.Where(machine => wanted is null || machine.Name == wanted || machine.MachineId == wanted)
            .SelectMany(machine =>
                machine.Points.Select(point =>
                    point with
                    {
                        Machine = machine.Name,
                        MachineId = machine.MachineId,
                        Backup = document.Name,
                        BackupId = document.Id,
                        Repository = document.Repository,
                    }
                )
            )
            .ToArray();
        context.Print<IReadOnlyList<PointDocument>>(
            points,
            EngineJson.Context.Points,
            () => BackupOutput.Table(points)
        );
        return ExitCodes.Done;
    }
}
