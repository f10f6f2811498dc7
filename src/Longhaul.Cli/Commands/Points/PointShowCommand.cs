using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;

namespace Longhaul.Cli.Commands.Points;

/// <summary><c>point show POINT</c></summary>
internal sealed class PointShowCommand : CliCommand
{
    private readonly Argument<string> _point = new("POINT")
    {
        Description = "Id, or BACKUP[/MACHINE]@latest, or …@TIME",
    };

    /// <summary>Makes the command.</summary>
    public PointShowCommand()
        : base("show", "Shows a restore point", "longhaul point show nightly@latest", "longhaul point show 5f1a90c2")
    {
        Add(_point);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var found = await PointResolver.FindAsync(context, context.Value(_point), mustBeOne: false, cancellationToken);
        var repositories = await context.RepositoryNamesAsync(cancellationToken);
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var jobs = (await view.Jobs.ListAsync(cancellationToken)).ToDictionary(job => job.Id, job => job.Name);
        var document = PointDocument.Of(found.RestorePoint, found.Point.SizeBytes, jobs.GetValueOrDefault) with
        {
            Machine = found.Chain.Machine ?? found.Chain.MachineId.ToString(),
            MachineId = found.Chain.MachineId.ToString(),
            Backup = found.Backup.Folder,
            BackupId = found.Backup.BackupId.ToString(),
            Repository = repositories.GetValueOrDefault(found.Backup.Repository),
            Disks = [.. found.RestorePoint.Disks.Select(disk => new PointDocument.Disk(disk.Id, disk.Size.Bytes))],
        };
        context.Print(
            document,
            EngineJson.Context.PointDocument,
            () =>
                PeopleTables.Facts([
                    ("Point", document.Id),
                    ("Machine", document.Machine),
                    ("Backup", $"{document.Repository}/{document.Backup}"),
                    ("Created", InstantValue.FormatShort(document.Created)),
                    ("Kind", document.Kind),
                    ("Needs", document.Parent),
                    ("Frees when removed", SizeValue.Format(document.SizeBytes)),
                    ("Protected until", document.ProtectedUntil is { } until ? InstantValue.FormatShort(until) : null),
                    ("Digest", document.Digest),
                    ("Copy of", document.SourcePoint),
                    ("Written by", document.Job ?? document.JobId),
                    (
                        "Disks",
                        string.Join(
                            ", ",
                            document.Disks!.Select(disk => $"{disk.Id} {SizeValue.Format(disk.SizeBytes)}")
                        )
                    ),
                ])
        );
        return ExitCodes.Done;
    }
}
