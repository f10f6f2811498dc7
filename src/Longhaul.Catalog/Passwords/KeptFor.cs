namespace Longhaul.Catalog.Passwords;

/// <summary>What a kept password is for: a job, or a backup in a repository.</summary>
/// <remarks>A backup that was carried has the same id in both places, and may have other passwords in each: so the repository
/// counts too.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record KeptFor
{
    private KeptFor(JobId? job, RepositoryId? repository, BackupId? backup) =>
        (Job, Repository, Backup) = (job, repository, backup);

    /// <summary>The job; null when it is for a backup.</summary>
    public JobId? Job { get; }

    /// <summary>The repository the backup lies in; null when it is for a job.</summary>
    public RepositoryId? Repository { get; }

    /// <summary>The backup; null when it is for a job.</summary>
    public BackupId? Backup { get; }

    /// <summary>What a job's new backups, and its own, are opened with.</summary>
    /// <param name="job">The job.</param>
    public static KeptFor OfJob(JobId job) => new(job, null, null);

    /// <summary>What a backup is opened with.</summary>
    /// <param name="repository">The repository it lies in.</param>
    /// <param name="backup">The backup.</param>
    public static KeptFor OfBackup(RepositoryId repository, BackupId backup) => new(null, repository, backup);

    /// <summary>Names it for good: what is sealed for one thing is not opened as another's.</summary>
    public override string ToString() => Job is { } job ? $"job {job}" : $"backup {Backup} in repository {Repository}";
}
