using Longhaul.Core.Machines;

namespace Longhaul.Core.Jobs;

/// <summary>Whether a job that was read from a file is one: nothing is null that must be there, and every number is in its
/// range.</summary>
/// <remarks>Files are edited by people, and those in a backup's log come from wherever the backup does. What a reader of JSON
/// finds missing is null or 0 whatever its default is.</remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class JobShape
{
    private const int MaxDeltaDepth = 64;

    /// <summary>The first thing that is wrong with a job.</summary>
    /// <param name="job">A job in which anything may be null.</param>
    /// <returns>A short clause; null when nothing is wrong.</returns>
    public static string? ProblemOf(JobDefinition? job) =>
        job is null ? "a job is null"
        : job
            is { Id.IsEmpty: true }
                or { Repository.IsEmpty: true }
                or { Name: null }
                or { Sources: null }
                or { Pairs: null }
                or { TimeZone: null }
            ? "a job lacks its id, repository, name, sources, pairs or time zone"
        : job.Sources.Any(source => source is null or { Id: null } or { Name: null } || !Enum.IsDefined(source.Kind))
        || job.Pairs.Any(pair => pair is null or { Machine.IsEmpty: true } or { SeedMachine.IsEmpty: true })
            ? $"a source or a pair of job '{job.Name}' is none"
        : Choices(job) ?? Numbers(job);

    /// <summary>The first thing that is wrong with a machine.</summary>
    /// <param name="machine">A machine in which anything may be null.</param>
    /// <returns>A short clause; null when nothing is wrong.</returns>
    public static string? ProblemOf(Machine? machine) =>
        machine is null or { Id.IsEmpty: true } or { Name: null } or { Disks: null }
        || machine.Disks.Any(disk => disk is null or { Id: null } or { Path: null })
            ? "a machine or a disk lacks what it must have"
            : null;

    private static string? Choices(JobDefinition job) =>
        Enum.IsDefined(job.Kind)
        && Enum.IsDefined(job.Method)
        && Enum.IsDefined(job.Compression)
        && Enum.IsDefined(job.Mode)
            ? null
            : $"job '{job.Name}' has a kind, method, compression or mode that there is not";

    private static string? Numbers(JobDefinition job) =>
        job.Keep < 1 || job.MaxTasks < 1 ? $"'keep' and 'maxTasks' of job '{job.Name}' must be 1 or more"
        : job.BlockSize is not (256 << 10 or 512 << 10 or 1 << 20 or 2 << 20 or 4 << 20)
            ? $"a block size of {job.BlockSize} bytes, as job '{job.Name}' has it, is not supported"
        : job.DeltaDepth is < 0 or > MaxDeltaDepth ? $"'deltaDepth' of job '{job.Name}' must be 0 to {MaxDeltaDepth}"
        : job.Every <= TimeSpan.Zero
        || job.CommandTimeout <= TimeSpan.Zero
        || job.DeletedAfter < TimeSpan.Zero
        || job.RateLimitBytesPerSecond <= 0
            ? $"a time or rate of job '{job.Name}' must be more than nothing"
        : Counts(job).Any(count => count < 0) ? $"a count of job '{job.Name}' is below zero"
        : null;

    private static IEnumerable<int> Counts(JobDefinition job) =>
        [
            job.FullEvery,
            job.SyntheticFullEvery,
            job.KeepDays,
            job.KeepWeekly,
            job.KeepMonthly,
            job.KeepQuarterly,
            job.KeepYearly,
        ];
}
