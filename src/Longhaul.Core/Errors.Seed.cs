using System.Globalization;

namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>seed.not-found: there is no carried seed in the folders that were named.</summary>
    /// <param name="folders">The folders.</param>
    public static LonghaulException SeedNotFound(IReadOnlyList<string> folders) =>
        new(
            "seed.not-found",
            Retry.AfterOperator,
            $"no seed lies in {string.Join(", ", folders)}",
            "Name the folder that 'longhaul seed create' made, or its copy; its checked list, seed.json, must have been carried too."
        );

    /// <summary>seed.several: more than one seed lies in the folders that were named.</summary>
    /// <param name="folders">Where.</param>
    public static LonghaulException SeedSeveral(IReadOnlyList<string> folders) =>
        new(
            "seed.several",
            Retry.Never,
            $"several seeds lie there: {string.Join(", ", folders)}",
            "Name the folders of one of them."
        );

    /// <summary>seed.damaged: a carried seed is not complete, or not whole.</summary>
    /// <param name="seed">Its name.</param>
    /// <param name="files">The missing and damaged files, each with what is wrong.</param>
    public static LonghaulException SeedDamaged(string seed, IReadOnlyList<string> files) =>
        new(
            "seed.damaged",
            Retry.AfterOperator,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{files.Count} {(files.Count == 1 ? "file" : "files")} of seed '{seed}' are missing or damaged: {files[0]}"
            ),
            "'longhaul seed check' lists them all; carry only those again.",
            details: new Dictionary<string, object?> { ["files"] = files }
        );

    /// <summary>seed.exists: another seed, or a finished one, lies where one is to be made.</summary>
    /// <param name="folder">Where.</param>
    public static LonghaulException SeedExists(string folder) =>
        new(
            "seed.exists",
            Retry.AfterOperator,
            $"another backup or seed lies in {folder}",
            "Choose another folder with --to, or delete that one."
        );

    /// <summary>seed.name-taken: something else has the seed's name in the repository.</summary>
    /// <param name="name">The name.</param>
    /// <param name="repository">The repository.</param>
    public static LonghaulException SeedNameTaken(string name, string repository) =>
        new(
            "seed.name-taken",
            Retry.AfterOperator,
            $"repository '{repository}' has another folder '{name}'",
            "Receive the seed under another name with --name, or move that folder away."
        );

    /// <summary>seed.job-has-backup: a job that has a backup needs no seed.</summary>
    /// <param name="job">The job.</param>
    public static LonghaulException SeedJobHasBackup(string job) =>
        new(
            "seed.job-has-backup",
            Retry.AfterOperator,
            $"job '{job}' has a backup already",
            $"A seed is a job's first run. To begin anew: 'longhaul job unmap {job}' first."
        );

    /// <summary>seed.elsewhere: the job waits for a seed that was made in another folder.</summary>
    /// <param name="job">The job.</param>
    /// <param name="folder">Where its seed was made.</param>
    public static LonghaulException SeedElsewhere(string job, string folder) =>
        new(
            "seed.elsewhere",
            Retry.AfterOperator,
            $"job '{job}' waits for a seed that is made in {folder}",
            $"Go on with it there, or give it up: 'longhaul seed create {job} --to DIR --anew' makes another."
        );

    /// <summary>seed.continued: a job has gone on with the backup that lies there; it is a seed no more.</summary>
    /// <param name="folder">The folder.</param>
    public static LonghaulException SeedContinued(string folder) =>
        new(
            "seed.continued",
            Retry.Never,
            $"{folder} is a seed no more: a job has gone on with it",
            "Nothing was brought. Receive the folder that was carried; is it the backup itself that is to move, copy it with any tool."
        );

    /// <summary>seed.nothing: there is nothing to make a seed of.</summary>
    /// <param name="job">The job.</param>
    public static LonghaulException SeedNothing(string job) =>
        new(
            "seed.nothing",
            Retry.AfterOperator,
            $"job '{job}' has no restore point to copy yet",
            "Run the backup jobs it copies from first; 'longhaul job plan' says what it waits for."
        );

    /// <summary>seed.split: a seed cannot be split into parts so small.</summary>
    /// <param name="split">Bytes a part may have.</param>
    /// <param name="needed">Bytes a part must have.</param>
    /// <param name="what">Why, as the arithmetic.</param>
    public static LonghaulException SeedSplit(long split, long needed, string what) =>
        new(
            "seed.split",
            Retry.Never,
            string.Create(CultureInfo.InvariantCulture, $"parts of {split} bytes are too small: {what}"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"No file is cut. Give --split at least {needed} bytes ({(needed >> 20) + 1}MiB)."
            ),
            details: new Dictionary<string, object?> { ["split"] = split, ["needed"] = needed }
        );
}
