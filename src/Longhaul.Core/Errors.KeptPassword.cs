namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>password.key-file: the key file of the kept passwords is not used as it is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="hint">What to do.</param>
    public static LonghaulException PasswordKeyFile(string file, string reason, string hint) =>
        new(
            "password.key-file",
            Retry.AfterOperator,
            $"the key file {file} of the kept passwords is not used: {reason}",
            hint,
            details: new Dictionary<string, object?> { ["file"] = file, ["reason"] = reason }
        );

    /// <summary>repository.locked: no password that was given opens any of the locked backups in a repository.</summary>
    /// <param name="repository">The repository's name.</param>
    /// <param name="locked">Names of its locked backups.</param>
    /// <param name="hints">What reminds people of their passwords.</param>
    public static LonghaulException RepositoryLocked(
        string repository,
        IReadOnlyList<string> locked,
        IReadOnlyList<string> hints
    )
    {
        ArgumentNullException.ThrowIfNull(locked);
        ArgumentNullException.ThrowIfNull(hints);
        return new(
            "repository.locked",
            Retry.AfterOperator,
            $"no password that was given opens a locked backup in repository '{repository}': {string.Join(", ", locked)}"
                + (hints.Count == 0 ? "" : $"; the passwords are known as {string.Join(", ", hints)}"),
            "Give one with --password-file, or in LONGHAUL_PASSWORD.",
            details: new Dictionary<string, object?>
            {
                ["repository"] = repository,
                ["locked"] = locked,
                ["hints"] = hints,
            }
        );
    }

    /// <summary>job.password: the job encrypts, and no password was given for its new backup, or what is kept for it cannot be
    /// read.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="trouble">Why what is kept cannot be read; null when nothing is.</param>
    public static LonghaulException JobPassword(string job, string? trouble = null) =>
        new(
            "job.password",
            Retry.AfterOperator,
            $"job '{job}' encrypts, and "
                + (
                    trouble is null
                        ? "no password was given for its backup"
                        : $"the password kept for it cannot be read: {trouble}"
                ),
            $"Give one with --password-file, or in LONGHAUL_PASSWORD; 'longhaul job edit {job} --password-file F' keeps it. "
                + "Whoever loses it loses the data.",
            details: Naming(job)
        );

    /// <summary>backup.locked: what is asked for is encrypted, and neither a password that was given nor one that is kept opens
    /// it.</summary>
    /// <param name="what">The backup's name, or a file in it.</param>
    /// <param name="hints">What reminds people of the passwords that would; null or empty when that is not known.</param>
    /// <param name="remark">Why what is kept for it does not help; null when nothing is.</param>
    /// <param name="without">The machines that a run does without it; null when nothing can be done without it.</param>
    public static LonghaulException BackupLocked(
        string what,
        IReadOnlyList<string>? hints = null,
        string? remark = null,
        IReadOnlyList<string>? without = null
    )
    {
        hints ??= [];
        var details = new Dictionary<string, object?>
        {
            ["backup"] = what,
            ["hints"] = hints,
            ["kept"] = remark,
        };
        if (without is not null)
        {
            details["without"] = without;
        }

        return new(
            "backup.locked",
            Retry.AfterOperator,
            $"{what} is encrypted, and no password that opens it was given"
                + (remark is null ? "" : $"; {remark}")
                + (hints.Count == 0 ? "" : $"; its passwords are known as {string.Join(", ", hints)}")
                + (without is null ? "" : $"; without it everything is copied but {string.Join(", ", without)}"),
            "Give its password with --password-file, or in LONGHAUL_PASSWORD"
                + (
                    remark is null
                        ? "."
                        : "; 'longhaul repository unlock' or 'longhaul job edit' keeps it for later runs."
                ),
            details: details
        );
    }
}
