namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>job.not-found: no job has that name or id.</summary>
    /// <param name="name">What was asked for, as it was typed.</param>
    public static LonghaulException JobNotFound(string name) =>
        new(
            "job.not-found",
            Retry.AfterOperator,
            $"there is no job '{name}'",
            "'longhaul job list' lists the jobs there are; 'longhaul job adopt BACKUP' brings back a lost one.",
            details: Naming(name)
        );

    /// <summary>job.disabled: a disabled job is not run.</summary>
    /// <param name="name">The job's name.</param>
    public static LonghaulException JobDisabled(string name) =>
        new(
            "job.disabled",
            Retry.AfterOperator,
            $"job '{name}' is disabled",
            $"Enable it first: 'longhaul job enable {name}'.",
            details: Naming(name)
        );

    /// <summary>job.encryption: the job encrypts and its backup is plain, or the reverse.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="backup">The backup's name.</param>
    /// <param name="encrypts">Whether the job encrypts.</param>
    public static LonghaulException JobEncryption(string job, string backup, bool encrypts) =>
        new(
            "job.encryption",
            Retry.AfterOperator,
            encrypts
                ? $"job '{job}' encrypts, and backup '{backup}' is not encrypted; nothing was written to it"
                : $"job '{job}' does not encrypt, and backup '{backup}' is encrypted; nothing was written to it",
            encrypts
                ? "Was another folder put in its place? If it is the right one, 'longhaul backup encrypt' encrypts it where it lies."
                : $"'longhaul job edit {job} --encrypt true' goes on with it.",
            details: new Dictionary<string, object?> { ["job"] = job, ["backup"] = backup }
        );

    /// <summary>job.exists: a job of that name exists.</summary>
    /// <param name="name">The name.</param>
    public static LonghaulException JobExists(string name) =>
        new(
            "job.exists",
            Retry.AfterOperator,
            $"there is a job '{name}' already",
            "Choose another name, or change the job with 'longhaul job edit'.",
            details: Naming(name)
        );

    /// <summary>job.backup-owned: the job's backup was taken over by another job.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="backup">The backup's name.</param>
    /// <param name="owner">Who owns it now, with his server if that is another.</param>
    public static LonghaulException JobBackupOwned(string name, string backup, string owner) =>
        new(
            "job.backup-owned",
            Retry.AfterOperator,
            $"backup '{backup}' of job '{name}' is owned by {owner} now",
            $"Map the job to another backup ('longhaul job candidates {name}'), or 'longhaul job unmap {name}': "
                + "its next run makes a new folder and a full.",
            details: new Dictionary<string, object?>
            {
                ["name"] = name,
                ["backup"] = backup,
                ["owner"] = owner,
            }
        );

    /// <summary>job.not-mapped: there is nothing to unmap.</summary>
    /// <param name="name">The job's name.</param>
    public static LonghaulException JobNotMapped(string name) =>
        new(
            "job.not-mapped",
            Retry.AfterOperator,
            $"job '{name}' has no backup to leave",
            $"'longhaul job candidates {name}' shows what it may be mapped to.",
            details: Naming(name)
        );

    /// <summary>job.time-zone: this machine does not know the job's time zone.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="zone">The zone that it names.</param>
    public static LonghaulException JobTimeZone(string name, string zone) =>
        new(
            "job.time-zone",
            Retry.AfterOperator,
            $"the time zone '{zone}' of job '{name}' is not known on this machine",
            $"Install the time zones (Debian: tzdata), or choose another: 'longhaul job edit {name} --time-zone UTC'.",
            details: new Dictionary<string, object?> { ["name"] = name, ["timeZone"] = zone }
        );

    private static Dictionary<string, object?> Naming(string name) => new() { ["name"] = name };
}
