namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>catalog.newer: a newer program has written the catalog.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="found">Its schema version.</param>
    /// <param name="known">The newest version this program knows.</param>
    public static LonghaulException CatalogNewer(string file, long found, long known) =>
        new(
            "catalog.newer",
            Retry.AfterOperator,
            $"the catalog {file} has schema version {found}, this program knows versions up to {known}",
            "Use the newer longhaul that wrote it, or name another home with --home.",
            details: new Dictionary<string, object?>
            {
                ["file"] = file,
                ["found"] = found,
                ["known"] = known,
            }
        );

    /// <summary>catalog.damaged: the database file is no database, or a broken one.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="cause">What the database said.</param>
    public static LonghaulException CatalogDamaged(string file, Exception? cause = null) =>
        new(
            "catalog.damaged",
            Retry.AfterOperator,
            $"the catalog {file} is damaged: {cause?.Message}",
            "Move the file away: a new one is made. Then add the repositories, 'longhaul repository rescan' them and "
                + "'longhaul job adopt' their backups; or 'longhaul config import' what was exported.",
            cause,
            new Dictionary<string, object?> { ["file"] = file }
        );

    /// <summary>catalog.busy: another process has kept the catalog locked for too long.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="cause">What the database said.</param>
    public static LonghaulException CatalogBusy(string file, Exception? cause = null) =>
        new(
            "catalog.busy",
            Retry.Later,
            $"the catalog {file} has been locked by another process for 30 seconds",
            "Try again; look for a longhaul process that hangs.",
            cause,
            new Dictionary<string, object?> { ["file"] = file }
        );

    /// <summary>catalog.unreachable: the home or the database in it cannot be made, opened or written.</summary>
    /// <param name="file">The home or the database file.</param>
    /// <param name="cause">What the system said.</param>
    public static LonghaulException CatalogUnreachable(string file, Exception cause) =>
        new(
            "catalog.unreachable",
            Retry.AfterOperator,
            $"the catalog {file} cannot be opened or written: {cause.Message}",
            "Check owner, mode and free space of the home, or name another one with --home.",
            cause,
            new Dictionary<string, object?> { ["file"] = file }
        );

    /// <summary>name.invalid: a name has characters or a length that names may not have.</summary>
    /// <param name="name">What was given.</param>
    public static LonghaulException NameInvalid(string name) =>
        new(
            "name.invalid",
            Retry.Never,
            $"'{name}' cannot be a name",
            "Use 1 to 64 letters (A-Z, a-z), digits, spaces and . _ - ; begin with a letter, a digit or _, and do not "
                + "end in a space or a dot.",
            details: new Dictionary<string, object?> { ["name"] = name }
        );

    /// <summary>machine.exists: a machine of that name exists.</summary>
    /// <param name="name">The name.</param>
    public static LonghaulException MachineExists(string name) =>
        new(
            "machine.exists",
            Retry.AfterOperator,
            $"there is a machine '{name}' already",
            "Choose another name, or change the machine with 'longhaul machine edit'.",
            details: Naming(name)
        );

    /// <summary>repository.exists: a repository of that name exists.</summary>
    /// <param name="name">The name.</param>
    public static LonghaulException RepositoryExists(string name) =>
        new(
            "repository.exists",
            Retry.AfterOperator,
            $"there is a repository '{name}' already",
            "Choose another name, or 'longhaul repository remove' the old entry: no restore point is touched.",
            details: Naming(name)
        );

    /// <summary>machine.in-use: jobs still need the machine, so it is not removed.</summary>
    /// <param name="name">The machine's name.</param>
    /// <param name="jobs">Names of the jobs that need it.</param>
    public static LonghaulException MachineInUse(string name, IReadOnlyList<string> jobs) =>
        new(
            "machine.in-use",
            Retry.AfterOperator,
            $"machine '{name}' is used by: {string.Join(", ", jobs)}",
            "Edit or remove these jobs first: removing a job touches no restore point.",
            details: new Dictionary<string, object?> { ["name"] = name, ["jobs"] = jobs }
        );

    /// <summary>repository.in-use: jobs still need the repository, so it is not removed.</summary>
    /// <param name="name">The repository's name.</param>
    /// <param name="jobs">Names of the jobs that need it.</param>
    public static LonghaulException RepositoryInUse(string name, IReadOnlyList<string> jobs) =>
        new(
            "repository.in-use",
            Retry.AfterOperator,
            $"repository '{name}' is used by: {string.Join(", ", jobs)}",
            "Edit or remove these jobs first: removing a job touches no restore point.",
            details: new Dictionary<string, object?> { ["name"] = name, ["jobs"] = jobs }
        );
}
