using System.CommandLine;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Repairing;
using Longhaul.Jobs.Repairing;
using Longhaul.Storage.Stores;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup repair BACKUP --from BACKUP2|JOB … [--dry-run] [--rate-limit RATE]</c></summary>
internal sealed class BackupRepairCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };
    private readonly Option<string[]> _from = CliOptions.List(
        "--from",
        "BACKUP|JOB",
        "A backup that may have what is damaged; of a job those it reads from and writes to"
    );
    private readonly Option<bool> _dryRun = CliOptions.Flag("--dry-run", "Say what could be mended, and write nothing");
    private readonly Option<long?> _rate = CliOptions.Value<long>(
        "--rate-limit",
        "RATE",
        "Read no faster than this, such as 20MiB/s (default: no limit)",
        RateValue.TryParse
    );

    /// <summary>Makes the command.</summary>
    public BackupRepairCommand()
        : base(
            "repair",
            "Mends damaged blocks of a backup with what other backups have; marks the restore points that stay damaged",
            "longhaul backup repair far/offsite --from near/nightly",
            "longhaul backup repair near/nightly --from offsite --dry-run"
        )
    {
        Add(_backup);
        Add(_from);
        Add(_dryRun);
        Add(_rate);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var names = context.Value(_from) ?? [];
        if (names.Length == 0)
        {
            throw Errors.UsageInvalid("nothing to repair it from", "Name a backup or a job with --from.");
        }

        var workplace = context.Workplace();
        var repair = new BackupRepair(workplace);
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var others = await FindSourcesAsync(context, repair, entry, names, cancellationToken);
        var wire = context.Value(_rate) is { } rate
            ? new Wire(readLimit: new SendRate(rate, context.TimeProvider))
            : null;
        var sources = new List<OpenBackup>();
        try
        {
            using var backup = await workplace.OpenBackupAsync(entry, wire, cancellationToken);
            foreach (var other in others)
            {
                sources.Add(await workplace.OpenBackupAsync(other, wire, cancellationToken));
                WarnOfBlockSize(context, backup, sources[^1]);
            }

            var isDryRun = context.Value(_dryRun);
            RepairReport report;
            await using (var display = ProgressDisplay.Start(context))
            {
                report = await repair.RepairAsync(
                    backup,
                    sources,
                    isDryRun,
                    new ProgressFeed(display, context.TimeProvider),
                    cancellationToken
                );
            }

            var job = await repair.FindCopyJobAsync(backup, cancellationToken);
            var document = RepairDocument.Of(entry, others, report, isDryRun);
            context.Print(document, EngineJson.Context.RepairDocument, () => document.ToPeople(job?.Name));
            return report.NotMended.Count == 0 ? ExitCodes.Done : ExitCodes.Damaged;
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    /// <summary>What is both a job and a backup means the job: its backup has its name, and is among those the job means.</summary>
    private static async Task<IReadOnlyList<BackupEntry>> FindSourcesAsync(
        CommandContext context,
        BackupRepair repair,
        BackupEntry entry,
        IEnumerable<string> names,
        CancellationToken cancellationToken
    )
    {
        var found = new List<BackupEntry>();
        foreach (var name in names)
        {
            var job = await FindJobAsync(context, name, cancellationToken);
            found.AddRange(job is null ? [] : await repair.BackupsOfAsync(job, cancellationToken));
            if (job is null)
            {
                found.Add(await context.FindBackupAsync(name, cancellationToken));
            }
        }

        BackupEntry[] others =
        [
            .. found
                .Where(one => (one.Repository, one.Folder) != (entry.Repository, entry.Folder))
                .DistinctBy(one => (one.Repository, one.Folder)),
        ];
        return others.Length > 0
            ? others
            : throw Errors.UsageInvalid(
                $"'{string.Join("', '", names)}' means no backup but '{entry.Folder}' itself",
                "Name another backup, as REPOSITORY/NAME, or the job that copies to or from this one."
            );
    }

    private static async Task<Core.Jobs.JobDefinition?> FindJobAsync(
        CommandContext context,
        string name,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        try
        {
            return await NameResolver.JobAsync(view, name, cancellationToken);
        }
        catch (LonghaulException error) when (error.Code == "job.not-found")
        {
            return null;
        }
    }

    private static void WarnOfBlockSize(CommandContext context, OpenBackup backup, OpenBackup source)
    {
        var (size, other) = (backup.Folder.Descriptor.BlockSize, source.Folder.Descriptor.BlockSize);
        if (size != other)
        {
            context.Warn(
                $"'{source.Folder.Name}' has blocks of {SizeValue.Format(other)}, not {SizeValue.Format(size)}: nothing is taken from it"
            );
        }
    }
}
