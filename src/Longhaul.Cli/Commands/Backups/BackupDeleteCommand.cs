using System.CommandLine;
using System.Globalization;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Core.Fulls;
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
        var entry = await LookAsync(
            context,
            await context.FindBackupAsync(context.Value(_backup), cancellationToken),
            cancellationToken
        );
        context.ConfirmAloud(await QuestionAsync(context, entry, cancellationToken));
        var freed = await new BackupDeletion(context.Workplace()).DeleteAsync(entry, cancellationToken);
        context.Print(
            new DeletedBackupDocument(entry.Folder, entry.BackupId.ToString(), freed),
            EngineJson.Context.DeletedBackupDocument,
            () => new Text($"Backup '{entry.Folder}' is deleted; {SizeValue.Format(freed)} are free again.\n")
        );
        return ExitCodes.Done;
    }

    /// <summary>The backup as its folder says now: another may have its name since it was seen.</summary>
    private static async Task<BackupEntry> LookAsync(
        CommandContext context,
        BackupEntry entry,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await context.CatchUpAsync(entry, cancellationToken);
        }
        catch (LonghaulException error) when (error.IsAboutData || error.Code == "format.unsupported")
        {
            // It cannot be read: the question says what was seen last, and deleting it must work.
            return entry;
        }
    }

    private static async Task<string> QuestionAsync(
        CommandContext context,
        BackupEntry entry,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var chains = await view.Backups.GetChainsAsync(entry.Repository, entry.Folder, cancellationToken);
        var points = chains.Sum(chain => chain.Points.Count);
        var machines = chains.Count(chain => chain.Points.Count > 0);
        var job = entry.Owner is { } id ? await view.Jobs.FindAsync(id, cancellationToken) : null;
        var then = job is null ? "has to begin anew, with a full" : FullConsent.WithoutBackup(job);
        var owner = entry.OwnerName is { Length: > 0 } name
            ? $" Job '{name}' on {entry.OwnerServer} writes to it, and then {then}."
            : "";
        return $"Delete backup '{entry.Folder}' from the repository, with all its restore points? "
            + $"{Counted(points, "restore point")} of {Counted(machines, "machine")} and {SizeValue.Format(entry.SizeBytes)} go, "
            + $"for good.{owner}";
    }

    private static string Counted(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
