using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Engine.Restoring;

namespace Longhaul.Cli.Commands.Points;

/// <summary><c>point restore POINT [--to DIR] [--format raw|qcow2] [--disk ID] [--to-device PATH] [--force]</c></summary>
internal sealed class PointRestoreCommand : CliCommand
{
    private readonly Argument<string> _point = new("POINT")
    {
        Description = "Id, or BACKUP[/MACHINE]@latest, or …@TIME",
    };
    private readonly Option<string> _to = new("--to")
    {
        Description = "Directory for the disks; made if it is missing (default: this one)",
    };
    private readonly Option<string> _format = new("--format") { Description = "raw (sparse, the default) or qcow2" };
    private readonly Option<string> _disk = new("--disk") { Description = "Only this disk" };
    private readonly Option<string> _device = new("--to-device")
    {
        Description = "Block device for one disk; all that is on it is lost",
    };
    private readonly Option<bool> _force = new("--force") { Description = "Replace files that are there already" };

    /// <summary>Makes the command.</summary>
    public PointRestoreCommand()
        : base(
            "restore",
            "Writes the disks of a restore point to files or a device; every block is checked on the way",
            "longhaul point restore nightly@latest --to /srv/restore",
            "longhaul point restore offsite/nightly/srv-db@2026-11-22T02:00:00Z --disk disk0 --to /srv/restore",
            "longhaul point restore nightly@latest --format qcow2 --to /var/lib/libvirt/images",
            "longhaul point restore nightly/web@latest --disk root --to-device /dev/sdb"
        )
    {
        Add(_point);
        Add(_to);
        Add(_format);
        Add(_disk);
        Add(_device);
        Add(_force);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var format = ReadFormat(context);
        var devicePath = context.Value(_device);
        if (devicePath is not null && (context.Value(_to) ?? context.Value(_format)) is not null)
        {
            throw Errors.UsageInvalid("--to-device goes with neither --to nor --format");
        }

        using var device = devicePath is null ? null : RestoreDevice.Open(Path.GetFullPath(devicePath));
        var found = await PointResolver.FindAsync(context, context.Value(_point), mustBeOne: false, cancellationToken);
        if (device is not null)
        {
            context.Confirm(
                $"Overwrite {device.Path} ({SizeValue.Format(device.Size)}) with {found.Chain.Machine} of "
                    + $"{InstantValue.FormatShort(found.RestorePoint.CreatedAt)}?"
            );
        }

        var workplace = context.Workplace();
        using var backup = await workplace.OpenForReadingAsync(found.Backup, found.RestorePoint.Id, cancellationToken);
        if (await workplace.Cache.FindContradictionAsync(backup, cancellationToken) is { } contradiction)
        {
            // Whoever restores needs what there is, and has to know that it may not be what was backed up.
            context.Warn($"{contradiction.Message} ({contradiction.Code})");
        }

        await using var lease = await workplace.TryLeaseReaderAsync(backup, job: null, cancellationToken);
        var started = context.TimeProvider.GetTimestamp();
        RestoreResult result;
        await using (var display = ProgressDisplay.Start(context))
        {
            var restorer = new PointRestorer(
                backup.Tables,
                backup.Frames,
                new ProgressFeed(display, context.TimeProvider)
            );
            result = device is null
                ? await restorer.RestoreAsync(
                    found.RestorePoint.Id,
                    Path.GetFullPath(context.Value(_to) ?? "."),
                    format,
                    context.Value(_disk),
                    context.Value(_force),
                    cancellationToken
                )
                : await restorer.RestoreAsync(found.RestorePoint.Id, device, context.Value(_disk), cancellationToken);
        }

        var seconds = Math.Round(context.TimeProvider.GetElapsedTime(started).TotalSeconds, 3);
        var document = new RestoreDocument(
            result.Point.ToString(),
            [.. result.Files.Select(file => new RestoreDocument.File(file.Disk, file.Path, file.SizeBytes))],
            result.BytesRead,
            seconds
        );
        context.Print(
            document,
            EngineJson.Context.RestoreDocument,
            () =>
                PeopleTables.Things(
                    ["Disk", ">Size", "File"],
                    document.Files.Select(file =>
                        (IReadOnlyList<string?>)[file.Disk, SizeValue.Format(file.SizeBytes), file.Path]
                    ),
                    ""
                )
        );
        context.Say(
            $"Restored {found.Chain.Machine} of {InstantValue.FormatShort(found.RestorePoint.CreatedAt)} in {seconds:0.0} s."
        );
        return ExitCodes.Done;
    }

    private RestoreFormat ReadFormat(CommandContext context) =>
        context.Value(_format) switch
        {
            null or "raw" => RestoreFormat.Raw,
            "qcow2" => RestoreFormat.Qcow2,
            var other => throw Errors.UsageInvalid(
                $"disks are restored to raw or qcow2, not to {other}",
                "Convert what was restored with qemu-img."
            ),
        };
}
