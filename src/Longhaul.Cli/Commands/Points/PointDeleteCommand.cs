using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Engine.Retaining;
using Longhaul.Jobs.Protecting;
using Longhaul.Storage.State;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Points;

/// <summary><c>point delete POINT</c></summary>
internal sealed class PointDeleteCommand : CliCommand
{
    private readonly Argument<string> _point = new("POINT")
    {
        Description = "Id, or BACKUP[/MACHINE]@latest, or …@TIME",
    };
    private readonly Option<bool> _force = new("--force")
    {
        Description = "Also when it is the machine's last complete one",
    };

    /// <summary>Makes the command.</summary>
    public PointDeleteCommand()
        : base("delete", "Deletes one restore point; the others stay readable", "longhaul point delete 5f1a90c2 --yes")
    {
        Add(_point);
        Add(_force);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var found = await PointResolver.FindAsync(context, context.Value(_point), mustBeOne: true, cancellationToken);
        var workplace = context.Workplace();
        using var backup = await workplace.OpenBackupAsync(found.Backup, cancellationToken);
        var point =
            backup.Folder.State.FindPoint(found.RestorePoint.Id) ?? throw Errors.PointNotFound(context.Value(_point));
        _ = Edit(backup.Folder.State); // Refused before it is asked about.
        context.Confirm(
            $"Delete the restore point of '{found.Chain.Machine}' of {InstantValue.FormatShort(point.CreatedAt)}?"
        );
        await workplace.RefuseBusyAsync(backup, cancellationToken);
        var condemned = await new PointRemover(backup.Folder, backup.Tables, backup.Frames.Tables).RemoveAsync(
            state => state.FindPoint(point.Id) is null ? [] : [Edit(state)],
            "delete",
            session: null,
            cancellationToken
        );
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken);
        context.Print(
            new DeletedPointDocument(
                point.Id.ToString(),
                found.Backup.Folder,
                found.Backup.BackupId.ToString(),
                condemned
            ),
            EngineJson.Context.DeletedPointDocument,
            () =>
                new Text(
                    $"Deleted; {SizeValue.Format(condemned)} are needed no more and come back with "
                        + "'longhaul repository reclaim'.\n"
                )
        );
        return ExitCodes.Done;

        ChainEdit Edit(BackupState state)
        {
            new BackupProtection(workplace, backup).RequireRemovable(state.FindPoint(point.Id)!);
            var deletion = PointDeletion.Plan(state.Machines[point.MachineId].Points, point.Id);
            return 0 switch
            {
                _ when state.FindPoint(point.Id)!.Pin == PinReason.User => throw Errors.PointPinned(point.Id),
                _ when deletion.IsLastComplete && !context.Value(_force) => throw Errors.PointLast(
                    point.Id,
                    found.Chain.Machine ?? point.MachineId.ToString()
                ),
                _ => deletion.Edit,
            };
        }
    }
}
