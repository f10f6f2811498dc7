using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Format.Descriptors;

namespace Longhaul.Jobs.Repositories;

/// <summary>What a rescan says of what it finds, and what to do about it.</summary>
internal static class RescanTexts
{
    internal static RescanFinding New(
        BackupEntry entry,
        string repository,
        string? copyOf,
        bool isMadeHere,
        JobDefinition? awaiting
    )
    {
        var name = $"{repository}/{entry.Folder}";
        var (what, hint) = entry switch
        {
            { Owner: null } when awaiting is not null => (
                $"new; it is the seed that job '{awaiting.Name}' awaits",
                $"'longhaul job map {awaiting.Name} {name}"
                    + (entry.State == BackupState.Locked ? " --seed-password-file FILE" : "")
                    + "' lets the job go on from it."
            ),
            _ when isMadeHere => (
                $"job '{entry.OwnerName}' has made it",
                "Nothing is to be done: the job's run remembers it when it ends."
            ),
            { Owner: not null } => (
                $"new; job '{entry.OwnerName}' on {entry.OwnerServer} owns it",
                $"Is that job lost, 'longhaul job adopt {name}' brings it back."
            ),
            { State: BackupState.Locked } => (
                "new; it is encrypted, and nothing has opened it",
                $"'longhaul repository unlock {repository} --password-file FILE' opens it; or map a job to it with its password: "
                    + $"'longhaul job map JOB {name} --seed-password-file FILE'."
            ),
            _ => (
                "new; it was carried here, and nobody owns it",
                $"'longhaul job candidates JOB' says whether a job may be mapped to it; 'longhaul job adopt {name}' brings "
                    + "back the job that made it."
            ),
        };
        return new(RescanKind.New, entry.Folder, what + (copyOf is null ? "" : $"; a copy of {copyOf}"), hint)
        {
            From = copyOf,
        };
    }

    internal static RescanFinding Returned(BackupEntry entry, LonghaulException? contradiction) =>
        new(
            RescanKind.Returned,
            entry.Folder,
            contradiction is null
                ? $"returned: it was here before, was gone, and goes on from what was seen of it (record {entry.LogNumber})"
                : $"returned, and not as it was seen: {contradiction.Message}",
            contradiction?.Hint
                ?? "Its data counts as unverified until 'longhaul backup verify --data', or its next run, has read it."
        )
        {
            Code = contradiction?.Code,
        };

    internal static RescanFinding Renamed(BackupEntry entry, string before, string repository) =>
        new(
            RescanKind.Moved,
            entry.Folder,
            $"moved: it was '{before}' before, and all that is known of it goes with it",
            entry.OwnerName is { Length: > 0 } job
                ? $"Job '{job}' goes on in it; nothing is to be done."
                : "Nothing is to be done; it has the new name from now on."
        )
        {
            From = $"{repository}/{before}",
        };

    internal static RescanFinding MovedHere(
        BackupEntry entry,
        string from,
        string repository,
        IReadOnlyList<JobDefinition> jobs,
        LonghaulException? contradiction
    )
    {
        var job = jobs.Count == 0 ? null : jobs[0].Name;
        return new(
            RescanKind.Moved,
            entry.Folder,
            $"moved here from {from}, where it is no more"
                + (contradiction is null ? "" : $", and not as it was seen there: {contradiction.Message}"),
            job is null
                ? "Nobody owns it here: an owner counts only in the repository where he was named. "
                    + "'longhaul job candidates JOB' says whether a job may be mapped to it."
                : $"Job '{job}' has it no more. To let it go on here: 'longhaul job unmap {job}', 'longhaul job edit {job} "
                    + $"--repository {repository}', 'longhaul job map {job} {repository}/{entry.Folder}'."
        )
        {
            From = from,
            Code = contradiction?.Code,
        };
    }

    internal static RescanFinding Vanished(BackupEntry entry, IReadOnlyList<JobDefinition> jobs, string? elsewhere) =>
        new(
            RescanKind.Vanished,
            entry.Folder,
            "gone: its folder is not there any more"
                + (elsewhere is null ? "" : $"; a copy of it lies in {elsewhere}")
                + (jobs.Count == 0 ? "" : $"; job '{jobs[0].Name}' writes to it"),
            jobs.Count == 0
                ? "Put the folder back and rescan, if it is not meant to be gone."
                : $"Put the folder back and rescan before job '{jobs[0].Name}' runs: without it the job {FullConsent.WithoutBackup(jobs[0])}."
        );

    internal static RescanFinding Incomplete(BackupEntry entry, IReadOnlyList<string> missing) =>
        new(
            RescanKind.Incomplete,
            entry.Folder,
            $"incomplete: {missing.Count} {(missing.Count == 1 ? "file is" : "files are")} not there as they must be",
            "Carry these files again from where the folder came from, then rescan; nothing else is needed."
        )
        {
            Code = "data.missing",
            Details = missing,
        };

    internal static RescanFinding Mended(BackupEntry entry) =>
        new(
            RescanKind.Mended,
            entry.Folder,
            "whole again: every file that was missing is there",
            "'longhaul backup verify --data' says whether what is in them is good."
        );

    internal static RescanFinding Damaged(string folder, LonghaulException error, IReadOnlyList<string> missing) =>
        new(RescanKind.Damaged, folder, $"cannot be read: {error.Message}", error.Hint)
        {
            Code = error.Code,
            Details = missing,
        };

    internal static RescanFinding History(string folder, LonghaulException contradiction) =>
        new(RescanKind.History, folder, contradiction.Message, contradiction.Hint) { Code = contradiction.Code };

    internal static RescanFinding Duplicate(IReadOnlyList<string> folders, IReadOnlyList<JobDefinition> jobs) =>
        new(
            RescanKind.Duplicate,
            folders[0],
            $"{string.Join(" and ", folders.Select(folder => $"'{folder}'"))} are the same backup twice"
                + (jobs.Count == 0 ? "" : $"; job '{jobs[0].Name}' does not run until there is one"),
            "Delete one with 'longhaul backup delete', or make one a backup of its own with 'longhaul backup adopt-copy'."
        )
        {
            Code = "backup.duplicate",
            Details = folders,
        };

    internal static RescanFinding Locked(BackupEntry entry, string repository, IReadOnlyList<string> hints) =>
        new(
            RescanKind.Locked,
            entry.Folder,
            "locked: it is encrypted, and no password that was given opens it"
                + (hints.Count == 0 ? "" : $"; its passwords are known as {string.Join(", ", hints)}"),
            $"'longhaul repository unlock {repository} --password-file FILE' opens it and keeps the password; or give it "
                + $"when a job is mapped: 'longhaul job map JOB {repository}/{entry.Folder} --seed-password-file FILE'."
        )
        {
            Code = "backup.locked",
        };

    internal static RescanFinding WithoutLog(string folder)
    {
        var error = Errors.DataMissing(BackupNames.LogFolder);
        return Damaged(folder, error, [error.Message]);
    }

    internal static RescanFinding Unfinished(string folder) =>
        new(
            RescanKind.Unfinished,
            folder,
            "not a backup yet: a run is making it, or was cut off when it did",
            "Nothing is to be done: the job's next run goes on from there."
        );

    internal static RescanFinding HalfReceived(string folder) =>
        new(
            RescanKind.Unfinished,
            folder,
            "not a backup yet: a seed is being received into it, or was cut off when it was",
            "'longhaul seed receive' again goes on from there. Is nothing on its way, a deletion that was cut off has left it."
        );

    internal static RescanFinding Remains(string folder) =>
        new(
            RescanKind.Remains,
            folder,
            $"has a backup's files and no {BackupNames.Backup}: a deletion that was cut off has left them, or the folder was "
                + "not carried whole",
            $"Carry {BackupNames.Backup} again and rescan; is the backup to be gone, delete the folder."
        );

    internal static RescanFinding Nested(string folder, IReadOnlyList<string> paths, string repository) =>
        new(
            RescanKind.Nested,
            folder,
            $"has {(paths.Count == 1 ? "a backup" : $"{paths.Count} backups")} inside it, where nothing looks for backups: "
                + string.Join(", ", paths),
            "Move each such folder to the top of the repository, under a name that is free, and rescan: 'longhaul repository "
                + $"rescan {repository}'."
        )
        {
            Details = paths,
        };

    internal static RescanFinding InnerRepository(string folder) =>
        new(
            RescanKind.Nested,
            folder,
            "is a repository inside this one, and has no backups",
            "Add it with 'longhaul repository add' under its own path if it is meant to be one; else delete it."
        );

    internal static RescanFinding Misnamed(string folder) =>
        new(
            RescanKind.Misnamed,
            folder,
            "is a backup's folder whose name no backup can have, so it is left alone",
            "Rename it to letters, digits, '.', '_', '-' and spaces, and rescan."
        );

    internal static RescanFinding ForeignFolder(string folder) =>
        new(RescanKind.ForeignFolder, folder, "a folder that is no backup; left alone", "Keep such things elsewhere.");

    internal static RescanFinding ForbiddenFolder(string folder) =>
        new(
            RescanKind.ForeignFolder,
            folder,
            "a folder that may not be read; left alone",
            "Is it a backup, let its owner or the superuser scan the repository."
        );

    internal static RescanFinding ForeignFile(string name) =>
        new(RescanKind.ForeignFile, name, "a file that is no repository's; left alone", "Keep such things elsewhere.");

    internal static RescanFinding Link(string name) =>
        new(
            RescanKind.ForeignFile,
            name,
            "a symbolic link, which is not followed; what it leads to is not part of the repository",
            "Move the folder itself here, or mount it here."
        );

    internal static RescanFinding SpilledBackup() =>
        new(
            RescanKind.Misnamed,
            BackupNames.Backup,
            "the content of a backup lies at the top of the repository, and not in a folder of its own",
            $"Move {BackupNames.Backup} and the folders 'log', 'points', 'segments' and 'keys' that came with it into a new "
                + "folder here, and rescan."
        );
}
