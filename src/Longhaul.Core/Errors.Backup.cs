using Longhaul.Core.Selection;

namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>backup.not-found: no backup has that name or id.</summary>
    /// <param name="name">What was asked for, as it was typed.</param>
    public static LonghaulException BackupNotFound(string name) =>
        new(
            "backup.not-found",
            Retry.AfterOperator,
            $"there is no backup '{name}'",
            "'longhaul backup list' lists the backups there are; 'longhaul repository rescan' finds new folders.",
            details: Naming(name)
        );

    /// <summary>backup.busy: another run, or a reader that must not be disturbed, holds the backup.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="since">Since when, UTC; null when that is not known.</param>
    public static LonghaulException BackupBusy(string backup, string holder, DateTimeOffset? since) =>
        new(
            "backup.busy",
            Retry.Later,
            $"backup '{backup}' is held by {holder}{(since is { } time ? " since " + Timestamp.Of(time) : "")}",
            "Wait until that is done; a writer that died is taken over when its lease has run out.",
            details: new Dictionary<string, object?>
            {
                ["backup"] = backup,
                ["holder"] = holder,
                ["since"] = since is { } at ? Timestamp.Of(at) : null,
            }
        );

    /// <summary>backup.nested: another backup lies in the folder of the one that is to be deleted.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="within">Where the other lies in its folder.</param>
    public static LonghaulException BackupNested(string backup, string within) =>
        new(
            "backup.nested",
            Retry.AfterOperator,
            $"in the folder of backup '{backup}' lies another backup, '{within}'",
            "Nothing was deleted. Move that one out first, to the top of a repository, and rescan."
        );

    /// <summary>backup.rolled-back: the log is shorter than this client has seen it.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="seen">Number of the newest record this client has seen.</param>
    /// <param name="found">Number of the newest record there is.</param>
    public static LonghaulException BackupRolledBack(string backup, long seen, long found) =>
        new(
            "backup.rolled-back",
            Retry.AfterOperator,
            $"backup '{backup}' ends at record {found}, but had reached record {seen}",
            "Was an older copy of the folder put back? If that is meant, 'longhaul backup accept' takes it as it is.",
            details: new Dictionary<string, object?>
            {
                ["backup"] = backup,
                ["seen"] = seen,
                ["found"] = found,
            }
        );

    /// <summary>backup.forked: a record is another than the one this client has seen under that number.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="record">Number of the record that differs.</param>
    public static LonghaulException BackupForked(string backup, long record) =>
        new(
            "backup.forked",
            Retry.AfterOperator,
            $"record {record} of backup '{backup}' is not the one that was there before",
            "Somebody else continued another copy of this folder; 'longhaul backup accept' takes this one as it is.",
            details: new Dictionary<string, object?> { ["backup"] = backup, ["record"] = record }
        );

    /// <summary>backup.older-key: an encrypted backup is under a list key that this client has seen replaced.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="seen">Generation of the list key this client has seen.</param>
    /// <param name="found">Generation of the one that the folder says holds; 0: it says that it is not encrypted.</param>
    public static LonghaulException BackupOlderKey(string backup, int seen, int found) =>
        new(
            "backup.older-key",
            Retry.AfterOperator,
            $"backup '{backup}' says that it is {(found == 0 ? "not encrypted" : $"under list key {found}")}, "
                + $"and list key {seen} that was seen in it is not among its keys",
            "Somebody may have written to it who knows a password that was taken away. 'longhaul backup accept' takes it as it is.",
            details: new Dictionary<string, object?>
            {
                ["backup"] = backup,
                ["seen"] = seen,
                ["found"] = found,
            }
        );

    /// <summary>backup.owned: a job owns the backup, so it is not deleted or rewritten by hand.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="owner">The owning job, with its server if that is another.</param>
    public static LonghaulException BackupOwned(string backup, string owner) =>
        new(
            "backup.owned",
            Retry.AfterOperator,
            $"backup '{backup}' is owned by {owner}",
            "Detach it there first, with 'longhaul job unmap' or 'longhaul backup detach'.",
            details: new Dictionary<string, object?> { ["backup"] = backup, ["owner"] = owner }
        );

    /// <summary>backup.duplicate: two folders of one backup instance lie in one repository.</summary>
    /// <param name="folders">The folders' names.</param>
    public static LonghaulException BackupDuplicate(IReadOnlyList<string> folders) =>
        new(
            "backup.duplicate",
            Retry.AfterOperator,
            $"folders {string.Join(" and ", folders)} are the same backup",
            "Delete one of them, or make one a backup of its own with 'longhaul backup adopt-copy'.",
            details: new Dictionary<string, object?> { ["folders"] = folders }
        );
}
