using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Engine.Encrypting;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Passwords;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup encrypt BACKUP [--hint TEXT]</c></summary>
internal sealed class BackupEncryptCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };
    private readonly Option<string?> _hint = new("--hint")
    {
        Description = "What reminds people of the password; everybody who sees the folder can read it",
        HelpName = "TEXT",
    };

    /// <summary>Makes the command.</summary>
    public BackupEncryptCommand()
        : base(
            "encrypt",
            "Encrypts a plain backup where it lies, with the password given; nothing crosses the line",
            "longhaul backup encrypt offsite/nightly --password-file offsite.password"
        )
    {
        Add(_backup);
        Add(_hint);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var hint = context.Value(_hint);
        if (hint?.Length > KeySlot.MaxHint)
        {
            throw Errors.UsageInvalid($"a hint has at most {KeySlot.MaxHint} characters");
        }

        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var workplace = context.Workplace();
        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken);
        var encryption = new BackupEncryption(workplace);
        if (await encryption.PlanAsync(backup, cancellationToken) is not { } plan)
        {
            Print(context, entry.Folder, entry.BackupId, null);
            return ExitCodes.Done;
        }

        Ask(context, entry.Folder, plan);
        EncryptReport report;
        await using (var display = ProgressDisplay.Start(context))
        {
            report = await encryption.EncryptAsync(
                backup,
                plan,
                hint,
                new ProgressFeed(display, context.TimeProvider),
                cancellationToken
            );
        }

        Print(context, entry.Folder, entry.BackupId, report);
        context.Say(
            "The plain files are needed no more, and go with a reclaim ('longhaul repository reclaim'). What was plain stays readable "
                + "in deleted sectors of the disk, in its snapshots, and in copies of the folder that were made before; names and "
                + "digests of points stay in the log of before."
        );
        if (plan.Owner is { Encrypt: false } owner)
        {
            context.Say(
                $"Its job needs the password from now on: 'longhaul job edit {owner.Name} --password-file F' keeps it for the job."
            );
        }

        return ExitCodes.Done;
    }

    private static void Ask(CommandContext context, string backup, EncryptionPlan plan)
    {
        var free = plan.FreeBytes is { } bytes ? $", and {SizeValue.Format(bytes)} are free" : "";
        var owner = plan.Owner is null ? "" : $" Its job '{plan.Owner.Name}' encrypts from then on.";
        context.Confirm(
            $"Encrypt backup '{backup}' where it lies? It takes up to {SizeValue.Format(plan.RoomBytes)} of room until the next "
                + $"reclaim{free}.{owner} Losing every password will lose the data. Go on?"
        );
    }

    private static void Print(CommandContext context, string backup, BackupId id, EncryptReport? report) =>
        context.Print(
            new EncryptedBackupDocument(
                backup,
                id.ToString(),
                Encrypted: true,
                report?.Segments ?? 0,
                report?.BytesWritten ?? 0,
                report?.BytesResumed ?? 0
            ),
            EngineJson.Context.EncryptedBackupDocument,
            () =>
                new Text(
                    report is null
                        ? $"Backup '{backup}' is encrypted already: nothing to do.\n"
                        : $"Backup '{backup}' is encrypted; {SizeValue.Format(report.BytesWritten)} were written.\n"
                )
        );
}
