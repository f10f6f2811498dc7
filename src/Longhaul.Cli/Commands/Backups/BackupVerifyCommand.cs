using System.CommandLine;
using System.Globalization;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup verify BACKUP [--data|--scrub] [--rate-limit RATE]</c></summary>
internal sealed class BackupVerifyCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };
    private readonly Option<bool> _data = new("--data")
    {
        Description = "Read and check every stored block, not only the structure",
    };

    private readonly Option<bool> _scrub = new("--scrub")
    {
        Description = "Read every file and compare checksums only; needs no password",
    };
    private readonly Option<long?> _rate = CliOptions.Value<long>(
        "--rate-limit",
        "RATE",
        "Read no faster than this, such as 20MiB/s (default: no limit)",
        RateValue.TryParse
    );

    /// <summary>Makes the command.</summary>
    public BackupVerifyCommand()
        : base(
            "verify",
            "Checks a backup; names what is damaged and which restore points suffer",
            "longhaul backup verify nightly",
            "longhaul backup verify offsite/nightly --data",
            "longhaul backup verify offsite/nightly --scrub --rate-limit 20MiB/s"
        )
    {
        Add(_backup);
        Add(_data);
        Add(_scrub);
        Add(_rate);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (data, scrub) = (context.Value(_data), context.Value(_scrub));
        if (data && scrub)
        {
            throw Errors.UsageInvalid("--data and --scrub do not go together", "--data checks all that --scrub does.");
        }

        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var workplace = context.Workplace();
        var wire = context.Value(_rate) is { } rate
            ? new Wire(readLimit: new SendRate(rate, context.TimeProvider))
            : null;
        using var backup = await workplace.OpenBackupAsync(entry, wire, cancellationToken);
        await using var lease = await workplace.TryLeaseReaderAsync(backup, job: null, cancellationToken);
        VerifyReport report;
        await using (var display = ProgressDisplay.Start(context))
        {
            var verifier = new BackupVerifier(backup, new ProgressFeed(display, context.TimeProvider));
            report = scrub
                ? await verifier.ScrubAsync(cancellationToken)
                : await verifier.VerifyAsync(data, cancellationToken);
        }

        if (report.Damaged.Count == 0 && data)
        {
            await workplace.Cache.MarkVerifiedAsync(backup, cancellationToken);
        }

        var document = Document(entry.Folder, entry.BackupId, backup, report);
        context.Print(document, EngineJson.Context.VerifyDocument, () => Show(document));
        return report.Damaged.Count == 0 ? ExitCodes.Done : ExitCodes.Damaged;
    }

    private static VerifyDocument Document(string name, BackupId id, OpenBackup backup, VerifyReport report) =>
        new(
            name,
            id.ToString(),
            report.PointsChecked,
            report.BlocksChecked,
            report.BytesRead,
            [
                .. report.Damaged.Select(damage => new VerifyDocument.Damage(
                    [.. damage.Points.Select(point => point.ToString())],
                    damage.Machine,
                    damage.Disk,
                    damage.Block,
                    damage.File,
                    damage.Offset,
                    damage.What
                )),
            ],
            report.DamagedUnlisted
        );

    private static IRenderable Show(VerifyDocument report)
    {
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.PointsChecked} restore points, {report.BlocksChecked} blocks, {SizeValue.Format(report.BytesRead)} read: "
        );
        return report.Damaged.Count == 0
            ? new Text(summary + "no damage found.\n")
            : new Rows(
                new Text(summary + $"{report.Damaged.Count + report.DamagedUnlisted} damaged places."),
                PeopleTables.Things(
                    ["File", ">Offset", "What", "Disk", "Points"],
                    report.Damaged.Select(damage =>
                        (IReadOnlyList<string?>)
                            [
                                damage.File,
                                damage.Offset.ToString(CultureInfo.InvariantCulture),
                                damage.What,
                                damage.Disk,
                                string.Join(", ", damage.Points.Select(point => point[..8])),
                            ]
                    ),
                    ""
                )
            );
    }
}
