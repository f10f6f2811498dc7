namespace Longhaul.Storage.State;

/// <summary>The one job that writes to a backup.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="JobName">Its name, for people; empty when sealed and not unlocked.</param>
/// <param name="Repository">The repository in which this owner counts; in a carried copy he is void.</param>
/// <param name="Server">The installation the job is defined on, for people.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record OwnerState(JobId Job, string JobName, RepositoryId Repository, string Server)
{
    /// <summary>The job's name; its id where the name is sealed.</summary>
    public string DisplayName => JobName.Length > 0 ? JobName : Job.ToString();
}
