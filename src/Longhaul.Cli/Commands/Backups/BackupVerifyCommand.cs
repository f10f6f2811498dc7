using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Core.Verifying;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup verify BACKUP [--data|--scrub] [--sample 1/N] [--rate-limit RATE]</c></summary>
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
    private readonly Option<int?> _sample = CliOptions.Value<int>(
        "--sample",
        "1/N",
        "Read a part of what is stored, and the next time the next: N samples in a row read everything",
        SampleValue.TryParse
    );
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
            "longhaul backup verify offsite/nightly --sample 1/30 --rate-limit 20MiB/s",
            "longhaul backup verify offsite/nightly --scrub"
        )
    {
        Add(_backup);
        Add(_data);
        Add(_scrub);
        Add(_sample);
        Add(_rate);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (data, scrub, sample) = (context.Value(_data), context.Value(_scrub), context.Value(_sample));
        if (data && scrub)
        {
            throw Errors.UsageInvalid("--data and --scrub do not go together", "--data checks all that --scrub does.");
        }

        if (data && sample is not null)
        {
            throw Errors.UsageInvalid(
                "--data and --sample do not go together",
                "--sample reads and checks stored blocks as --data does, a part of them."
            );
        }

        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var workplace = context.Workplace();
        var wire = context.Value(_rate) is { } rate
            ? new Wire(readLimit: new SendRate(rate, context.TimeProvider))
            : null;
        using var backup = await workplace.OpenBackupAsync(entry, wire, cancellationToken);
        await using var lease = await workplace.TryLeaseReaderAsync(backup, job: null, cancellationToken);
        if (sample is not null && !scrub && backup.Folder.IsLocked)
        {
            context.Warn("the backup is locked: its frames are checked by their checksums, not by content");
            scrub = true;
        }

        var report = await VerifyAsync(context, workplace, backup, data, scrub, sample, cancellationToken);
        if (report.Damaged.Count == 0 && data)
        {
            await workplace.Cache.MarkVerifiedAsync(backup, cancellationToken);
        }

        var checks =
            data || scrub || sample is not null
                ? await workplace.Verifications.NoteAsync(
                    backup,
                    report,
                    byContent: !scrub,
                    isSample: sample is not null,
                    cancellationToken
                )
                : await workplace.Verifications.ReadAsync(backup, cancellationToken);
        var document = VerifyOutput.Document(
            entry,
            report,
            scrub ? "checksum"
                : data || sample is not null ? "content"
                : "structure",
            sample,
            LastVerifiedDocument.Of(backup, checks, context.Now)
        );
        context.Print(document, EngineJson.Context.VerifyDocument, () => VerifyOutput.Show(document));
        return report.Damaged.Count == 0 ? ExitCodes.Done : ExitCodes.Damaged;
    }

    private static async Task<VerifyReport> VerifyAsync(
        CommandContext context,
        Workplace workplace,
        OpenBackup backup,
        bool data,
        bool scrub,
        int? sample,
        CancellationToken cancellationToken
    )
    {
        await using var display = ProgressDisplay.Start(context);
        var verifier = new BackupVerifier(backup, new ProgressFeed(display, context.TimeProvider));
        if (sample is not { } parts)
        {
            return scrub
                ? await verifier.ScrubAsync(cancellationToken)
                : await verifier.VerifyAsync(data, cancellationToken);
        }

        var checks = await workplace.Verifications.ReadAsync(backup, cancellationToken);
        return scrub
            ? await verifier.ScrubSampleAsync(
                segments => SampleRotation.Choose(segments, checks.Checksums, parts),
                cancellationToken
            )
            : await verifier.VerifySampleAsync(
                segments => SampleRotation.Choose(segments, checks.Contents, parts),
                cancellationToken
            );
    }
}
