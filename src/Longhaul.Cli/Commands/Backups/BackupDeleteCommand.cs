using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Jobs.Backups;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup delete BACKUP</c>: deletes its restore points from the repository.</summary>
internal sealed class BackupDeleteCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };

    /// <summary>Makes the command.</summary>
    public BackupDeleteCommand()
        : base("delete", "Deletes a backup with all its restore points", "longhaul backup delete old-nightly --yes")
    {
        Add(_backup);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var question =
            $"Delete backup '{entry.Folder}' with all its restore points ({SizeValue.Format(entry.SizeBytes)})?"
            + (entry.OwnerName is { Length: > 0 } owner ? $" Job '{owner}' owns it." : "");
        context.Confirm(question);
        var freed = await new BackupDeletion(context.Workplace()).DeleteAsync(entry, cancellationToken);
        context.Print(
            new DeletedBackupDocument(entry.Folder, entry.BackupId.ToString(), freed),
            EngineJson.Context.DeletedBackupDocument,
            () => new Text($"Backup '{entry.Folder}' is deleted; {SizeValue.Format(freed)} are free again.\n")
        );
        return ExitCodes.Done;
    }
}
