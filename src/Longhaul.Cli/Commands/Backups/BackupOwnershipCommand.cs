using System.CommandLine;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Jobs.Mapping;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup detach</c>, <c>backup accept</c> and <c>backup adopt-copy</c>: who a backup belongs to.</summary>
internal sealed class BackupOwnershipCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };
    private readonly Func<BackupEntry, string?> _question;
    private readonly Func<Ownership, BackupEntry, CancellationToken, Task> _change;
    private readonly string _done;

    private BackupOwnershipCommand(
        string name,
        string description,
        string done,
        Func<BackupEntry, string?> question,
        Func<Ownership, BackupEntry, CancellationToken, Task> change
    )
        : base(name, description, $"longhaul backup {name} offsite/nightly")
    {
        (_done, _question, _change) = (done, question, change);
        Add(_backup);
    }

    /// <summary>The command that takes a backup away from its owner.</summary>
    public static BackupOwnershipCommand Detach() =>
        new(
            "detach",
            "Takes a backup away from the job that owns it; the restore points stay",
            "ownerless",
            QuestionOfOwner,
            (ownership, entry, token) => ownership.DetachAsync(entry, token)
        );

    /// <summary>The command that takes a folder that went back or forked as it is now.</summary>
    public static BackupOwnershipCommand Accept() =>
        new(
            "accept",
            "Takes a backup as it is now, although it went back or has another history than was seen before",
            "accepted",
            entry => $"Take backup '{entry.Folder}' as it is now? Restore points seen before may be missing.",
            (ownership, entry, token) => ownership.AcceptAsync(entry, token)
        );

    /// <summary>The command that makes a duplicate a backup of its own.</summary>
    public static BackupOwnershipCommand AdoptCopy() =>
        new(
            "adopt-copy",
            "Makes a second copy of a backup's folder a backup of its own, without an owner",
            "a backup of its own",
            QuestionOfOwner,
            (ownership, entry, token) => ownership.AdoptCopyAsync(entry, token)
        );

    private static string? QuestionOfOwner(BackupEntry entry) =>
        entry.Owner is null
            ? null
            : $"Take backup '{entry.Folder}' away from job '{entry.OwnerName}' on {entry.OwnerServer}? Its restore points stay, and "
                + "nobody owns them. That job's next runs are refused (job.backup-owned) until it is mapped to a backup again; "
                + "unmapped, it begins anew with a full.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        // What the catalog saw last may be old: the question is about what the folder says.
        entry = await context.CatchUpAsync(entry, cancellationToken);
        if (_question(entry) is { } question)
        {
            context.ConfirmAloud(question);
        }

        await _change(new Ownership(context.Workplace()), entry, cancellationToken);
        context.Print(
            new BackupChangeDocument(entry.Folder, entry.BackupId.ToString(), _done),
            EngineJson.Context.BackupChangeDocument,
            () => new Text($"Backup '{entry.Folder}' is {_done} now.\n")
        );
        return ExitCodes.Done;
    }
}
