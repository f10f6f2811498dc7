namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>backup.not-encrypted: a plain backup has no passwords.</summary>
    /// <param name="backup">The backup's name.</param>
    public static LonghaulException BackupNotEncrypted(string backup) =>
        new(
            "backup.not-encrypted",
            Retry.AfterOperator,
            $"backup '{backup}' is not encrypted, so that it has no passwords",
            $"'longhaul backup encrypt {backup}' encrypts it where it lies.",
            details: new Dictionary<string, object?> { ["backup"] = backup }
        );

    /// <summary>backup.password-exists: the password that is to be added opens the backup already.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="number">The password's number.</param>
    /// <param name="hint">What reminds people of it.</param>
    public static LonghaulException BackupPasswordExists(string backup, int number, string hint) =>
        new(
            "backup.password-exists",
            Retry.AfterOperator,
            $"this password opens backup '{backup}' already: it is number {number} ({hint})",
            "Give another one.",
            details: Naming(backup, number)
        );

    /// <summary>backup.password-not-found: the backup has no password of that number.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="number">The number.</param>
    /// <param name="count">How many it has.</param>
    public static LonghaulException BackupPasswordNotFound(string backup, int number, int count) =>
        new(
            "backup.password-not-found",
            Retry.AfterOperator,
            $"backup '{backup}' has no password {number}: it has {count}",
            $"'longhaul backup password {backup}' lists them.",
            details: Naming(backup, number)
        );

    /// <summary>backup.password-last: the password that was given is the one that is to go.</summary>
    /// <param name="backup">The backup's name.</param>
    public static LonghaulException BackupPasswordLast(string backup) =>
        new(
            "backup.password-last",
            Retry.AfterOperator,
            $"no password that was given would open backup '{backup}' any more",
            "Give one that is to stay, with --password-file; or set a new one, with --change.",
            details: new Dictionary<string, object?> { ["backup"] = backup }
        );

    /// <summary>backup.password-wrong: of several passwords that were given, to stay when others go, some open nothing.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="wrong">How many open nothing.</param>
    /// <param name="given">How many were given.</param>
    public static LonghaulException BackupPasswordWrong(string backup, int wrong, int given) =>
        new(
            "backup.password-wrong",
            Retry.AfterOperator,
            $"{wrong} of the {given} passwords that were given do not open backup '{backup}'; nothing was changed",
            $"'longhaul backup password {backup}' lists those that do. Give only such as are to stay, or the one to be changed.",
            details: new Dictionary<string, object?>
            {
                ["backup"] = backup,
                ["wrong"] = wrong,
                ["given"] = given,
            }
        );

    /// <summary>backup.password-needed: a backup is to be encrypted, and no password was given.</summary>
    /// <param name="backup">The backup's name.</param>
    public static LonghaulException BackupPasswordNeeded(string backup) =>
        new(
            "backup.password-needed",
            Retry.AfterOperator,
            $"backup '{backup}' is to be encrypted, and no password was given",
            "Give it with --password-file, or in LONGHAUL_PASSWORD.",
            details: new Dictionary<string, object?> { ["backup"] = backup }
        );

    /// <summary>backup.too-long: what a backup holds does not fit into one record of its log.</summary>
    /// <param name="backup">The backup's name.</param>
    public static LonghaulException BackupTooLong(string backup) =>
        new(
            "backup.too-long",
            Retry.AfterOperator,
            $"the list of what backup '{backup}' holds is too long for the one record that would encrypt it",
            "Copy it with a job that encrypts instead; or remove points first, and reclaim.",
            details: new Dictionary<string, object?> { ["backup"] = backup }
        );

    private static Dictionary<string, object?> Naming(string backup, int number) =>
        new() { ["backup"] = backup, ["number"] = number };
}
