using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Engine.Converting;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup convert BACKUP --to forward</c></summary>
internal sealed class BackupConvertCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };
    private readonly Option<string> _to = new("--to")
    {
        Description = "forward: fulls and increments only",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public BackupConvertCommand()
        : base(
            "convert",
            "Turns reverse and mixed chains into forward ones: one log record, no data is moved",
            "longhaul backup convert offsite/nightly --to forward"
        )
    {
        Add(_backup);
        _to.AcceptOnlyFromAmong("forward");
        Add(_to);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var workplace = context.Workplace();
        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken);
        await workplace.RefuseBusyAsync(backup, cancellationToken);
        await workplace.Cache.CheckHistoryAsync(backup, cancellationToken);
        var report = await ChainConverter.ConvertToForwardAsync(backup, session: null, cancellationToken);
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken);
        var document = new ConvertDocument(
            entry.Folder,
            entry.BackupId.ToString(),
            [
                .. report.Machines.Select(machine => new ConvertDocument.Converted(
                    machine.Name,
                    machine.Id.ToString(),
                    machine.PointsChanged
                )),
            ]
        );
        context.Print(
            document,
            EngineJson.Context.ConvertDocument,
            () =>
                new Text(
                    report.Machines.Sum(machine => machine.PointsChanged) == 0
                        ? $"'{entry.Folder}' has forward chains already: nothing to do.\n"
                        : $"'{entry.Folder}' has forward chains now; no data was moved.\n"
                )
        );
        return ExitCodes.Done;
    }
}
