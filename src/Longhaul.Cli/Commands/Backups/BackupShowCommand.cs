using System.CommandLine;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Longhaul.Jobs.Backups;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup show BACKUP</c></summary>
internal sealed class BackupShowCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };

    /// <summary>Makes the command.</summary>
    public BackupShowCommand()
        : base("show", "Shows a backup with its chains and restore points", "longhaul backup show nightly")
    {
        Add(_backup);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        (entry, var lastVerified) = await ReadAsync(context, entry, cancellationToken);
        var documents = await context.DocumentsAsync([entry], whole: true, cancellationToken);
        context.PrintBackup(documents[0] with { LastVerified = lastVerified });
        return ExitCodes.Done;
    }

    /// <summary>Looks at the folder itself; where it is out of reach, what was seen last is shown.</summary>
    private static async Task<(BackupEntry Entry, LastVerifiedDocument? LastVerified)> ReadAsync(
        CommandContext context,
        BackupEntry entry,
        CancellationToken cancellationToken
    )
    {
        var workplace = context.Workplace();
        try
        {
            using var backup = await workplace.OpenBackupAsync(entry, cancellationToken);
            var faults = await StructureCheck.FindFaultsAsync(backup, cancellationToken);
            var checks = await workplace.Verifications.ReadAsync(backup, cancellationToken);
            return (
                await workplace.Cache.SaveAsync(backup, arrived: false, faults, cancellationToken),
                LastVerifiedDocument.Of(backup, checks, context.Now)
            );
        }
        catch (LonghaulException error) when (error.Code is "store.unreachable" or "backup.not-found")
        {
            context.Warn($"{error.Message}; shown is what was seen last");
            return (entry, null);
        }
    }
}
