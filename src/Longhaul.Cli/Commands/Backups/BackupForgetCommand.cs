using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Jobs.Backups;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup forget BACKUP</c>: the catalog forgets it; nothing in the repository is touched.</summary>
internal sealed class BackupForgetCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };

    /// <summary>Makes the command.</summary>
    public BackupForgetCommand()
        : base(
            "forget",
            "Forgets a backup until the next rescan; its restore points stay where they are",
            "longhaul backup forget usb/nightly"
        )
    {
        Add(_backup);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var repositories = await context.RepositoryNamesAsync(cancellationToken);
        var repository = repositories.GetValueOrDefault(entry.Repository) ?? entry.Repository.ToString();
        context.Say(
            $"Forgetting backup '{entry.Folder}' here. Nothing is deleted: its folder stays in '{repository}' as it is, and "
                + $"'longhaul repository rescan {repository}' brings it back."
        );
        await new BackupForgetting(context.Catalog).ForgetAsync(entry, cancellationToken);
        context.Print(
            new BackupChangeDocument(entry.Folder, entry.BackupId.ToString(), "forgotten"),
            EngineJson.Context.BackupChangeDocument,
            () => new Text($"Backup '{entry.Folder}' is forgotten until the next rescan.\n")
        );
        return ExitCodes.Done;
    }
}
