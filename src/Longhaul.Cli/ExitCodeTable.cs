namespace Longhaul.Cli;

/// <summary>The one place where an error's code becomes an exit code.</summary>
/// <remarks>A whole code goes before an area, and an area before an ending. Tests hold that every factory in
/// <see cref="Longhaul.Core.Errors"/> has an entry, and that docs/errors.md says the same.</remarks>
internal static class ExitCodeTable
{
    private static readonly Dictionary<string, int> s_codes = new(StringComparer.Ordinal)
    {
        ["backup.busy"] = ExitCodes.Busy,
        ["backup.changed"] = ExitCodes.Failed,
        ["backup.duplicate"] = ExitCodes.Refused,
        ["backup.forked"] = ExitCodes.Refused,
        ["backup.in-use"] = ExitCodes.Refused,
        ["backup.locked"] = ExitCodes.Password,
        ["backup.nested"] = ExitCodes.Refused,
        ["backup.no-job"] = ExitCodes.NotFound,
        ["backup.owned"] = ExitCodes.Refused,
        ["backup.not-encrypted"] = ExitCodes.Refused,
        ["backup.password-exists"] = ExitCodes.Refused,
        ["backup.password-last"] = ExitCodes.Password,
        ["backup.password-needed"] = ExitCodes.Password,
        ["backup.password-wrong"] = ExitCodes.Password,
        ["backup.too-long"] = ExitCodes.Refused,
        ["backup.password-not-found"] = ExitCodes.NotFound,
        ["backup.older-key"] = ExitCodes.Refused,
        ["backup.protected"] = ExitCodes.Refused,
        ["backup.rolled-back"] = ExitCodes.Refused,
        ["catalog.busy"] = ExitCodes.Busy,
        ["catalog.damaged"] = ExitCodes.Damaged,
        ["catalog.newer"] = ExitCodes.Failed,
        ["catalog.unreachable"] = ExitCodes.Failed,
        ["config.invalid"] = ExitCodes.Usage,
        ["copy.full-unannounced"] = ExitCodes.Refused,
        ["copy.root-differs"] = ExitCodes.Damaged,
        ["data.damaged"] = ExitCodes.Damaged,
        ["data.missing"] = ExitCodes.Damaged,
        ["data.removed"] = ExitCodes.Failed,
        ["data.unreadable"] = ExitCodes.Damaged,
        ["disk.access-denied"] = ExitCodes.Failed,
        ["disk.format-unsupported"] = ExitCodes.Refused,
        ["disk.image-damaged"] = ExitCodes.Damaged,
        ["disk.image-unreadable"] = ExitCodes.Failed,
        ["disk.not-a-disk"] = ExitCodes.Refused,
        ["disk.not-found"] = ExitCodes.NotFound,
        ["disk.read-error"] = ExitCodes.Failed,
        ["file.unreadable"] = ExitCodes.Failed,
        ["format.unsupported"] = ExitCodes.Refused,
        ["hook.failed"] = ExitCodes.Failed,
        ["hook.timeout"] = ExitCodes.Failed,
        ["internal.error"] = ExitCodes.Failed,
        ["job.backup-owned"] = ExitCodes.Refused,
        ["job.disabled"] = ExitCodes.Refused,
        ["job.method"] = ExitCodes.Refused,
        ["job.not-mapped"] = ExitCodes.Refused,
        ["job.protection"] = ExitCodes.Refused,
        ["job.source-kind"] = ExitCodes.Refused,
        ["job.time-zone"] = ExitCodes.Refused,
        ["job.encryption"] = ExitCodes.Refused,
        ["job.password"] = ExitCodes.Password,
        ["job.unsupported"] = ExitCodes.Refused,
        ["mapping.seed-locked"] = ExitCodes.Password,
        ["mover.identity"] = ExitCodes.Refused,
        ["mover.listen"] = ExitCodes.Failed,
        ["mover.no-repository"] = ExitCodes.NotFound,
        ["mover.not-paired"] = ExitCodes.Unreachable,
        ["mover.not-permitted"] = ExitCodes.Refused,
        ["mover.only-adds"] = ExitCodes.Refused,
        ["mover.other-certificate"] = ExitCodes.Unreachable,
        ["mover.peer-not-found"] = ExitCodes.NotFound,
        ["mover.protocol"] = ExitCodes.Refused,
        ["mover.token"] = ExitCodes.Unreachable,
        ["name.ambiguous"] = ExitCodes.Usage,
        ["name.invalid"] = ExitCodes.Usage,
        ["password.key-file"] = ExitCodes.Refused,
        ["point.date"] = ExitCodes.Refused,
        ["point.last"] = ExitCodes.Refused,
        ["point.pinned"] = ExitCodes.Refused,
        ["point.protected"] = ExitCodes.Refused,
        ["repository.locked"] = ExitCodes.Password,
        ["repository.known"] = ExitCodes.Refused,
        ["restore.device-in-use"] = ExitCodes.Refused,
        ["restore.device-too-small"] = ExitCodes.Refused,
        ["restore.no-disk"] = ExitCodes.NotFound,
        ["restore.not-a-device"] = ExitCodes.Refused,
        ["restore.several-disks"] = ExitCodes.Usage,
        ["seed.continued"] = ExitCodes.Refused,
        ["seed.damaged"] = ExitCodes.Damaged,
        ["seed.elsewhere"] = ExitCodes.Refused,
        ["seed.job-has-backup"] = ExitCodes.Refused,
        ["seed.name-taken"] = ExitCodes.Refused,
        ["seed.nothing"] = ExitCodes.Refused,
        ["seed.several"] = ExitCodes.Usage,
        ["seed.split"] = ExitCodes.Usage,
        ["statement.invalid"] = ExitCodes.Usage,
        ["store.access-denied"] = ExitCodes.Failed,
        ["store.io"] = ExitCodes.Failed,
        ["store.no-space"] = ExitCodes.Failed,
        ["store.protect-unsupported"] = ExitCodes.Refused,
        ["store.protected"] = ExitCodes.Refused,
        ["store.unreachable"] = ExitCodes.Unreachable,
        ["tool.missing"] = ExitCodes.Failed,
        ["usage.cancelled"] = ExitCodes.Cancelled,
        ["usage.declined"] = ExitCodes.Failed,
    };

    private static readonly Dictionary<string, int> s_areas = new(StringComparer.Ordinal)
    {
        ["mapping"] = ExitCodes.Refused,
        ["usage"] = ExitCodes.Usage,
    };

    private static readonly Dictionary<string, int> s_endings = new(StringComparer.Ordinal)
    {
        ["exists"] = ExitCodes.Refused,
        ["in-use"] = ExitCodes.Refused,
        ["not-found"] = ExitCodes.NotFound,
    };

    /// <summary>Finds the exit code of an error.</summary>
    /// <param name="code">The error's code, <c>area.what</c>.</param>
    /// <returns>Null when the table has no entry for it.</returns>
    public static int? Find(string code)
    {
        var dot = code.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return null;
        }

        return s_codes.TryGetValue(code, out var exact) ? exact
            : s_areas.TryGetValue(code[..dot], out var area) ? area
            : s_endings.TryGetValue(code[(dot + 1)..], out var ending) ? ending
            : null;
    }

    /// <summary>The exit code of an error.</summary>
    /// <param name="code">The error's code, <c>area.what</c>.</param>
    /// <returns><see cref="ExitCodes.Failed"/> for one that is not in the table.</returns>
    public static int Of(string code) => Find(code) ?? ExitCodes.Failed;
}
