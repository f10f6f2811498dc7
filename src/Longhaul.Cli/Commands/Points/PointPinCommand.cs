using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core.Backups;
using Longhaul.Engine.Retaining;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Points;

/// <summary><c>point pin POINT</c> and <c>point unpin POINT</c></summary>
internal sealed class PointPinCommand : CliCommand
{
    private readonly Argument<string> _point = new("POINT")
    {
        Description = "Id, or BACKUP[/MACHINE]@latest, or …@TIME",
    };
    private readonly PinReason _reason;

    private PointPinCommand(string name, string description, PinReason reason)
        : base(name, description, $"longhaul point {name} nightly/web@latest")
    {
        _reason = reason;
        Add(_point);
    }

    /// <summary>The command that keeps a point whatever the job's retention says.</summary>
    public static PointPinCommand Pin() =>
        new("pin", "Keeps a restore point, whatever the job's retention says", PinReason.User);

    /// <summary>The command that leaves a point to the job's retention again.</summary>
    public static PointPinCommand Unpin() =>
        new("unpin", "Leaves a pinned restore point to the job's retention again", PinReason.None);

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var found = await PointResolver.FindAsync(context, context.Value(_point), mustBeOne: true, cancellationToken);
        var workplace = context.Workplace();
        using var backup = await workplace.OpenBackupAsync(found.Backup, cancellationToken);
        var point = found.RestorePoint;
        var before = await PointPin.SetAsync(backup.Folder, point.Id, _reason, cancellationToken);
        await workplace.Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken);
        context.Print(
            new PinnedPointDocument(
                point.Id.ToString(),
                found.Backup.Folder,
                found.Backup.BackupId.ToString(),
                _reason != PinReason.None
            ),
            EngineJson.Context.PinnedPointDocument,
            () =>
                new Text(
                    $"The restore point of '{found.Chain.Machine}' of {InstantValue.FormatShort(point.CreatedAt)} "
                        + (_reason, before) switch
                        {
                            (PinReason.User, PinReason.User) => "was pinned already.\n",
                            (PinReason.User, _) => "is pinned: it stays until it is unpinned.\n",
                            (_, PinReason.None) => "was not pinned.\n",
                            _ => "is not pinned any more: from the next run on the job's retention decides.\n",
                        }
                )
        );
        return ExitCodes.Done;
    }
}
