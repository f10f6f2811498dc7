namespace Longhaul.Catalog.Sessions;

/// <summary>Keeps the history of runs.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface ISessionCatalog
{
    /// <summary>Lists sessions without their tasks and removed points.</summary>
    /// <param name="job">Only this job's; null for all.</param>
    /// <param name="limit">How many of the newest, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Oldest first.</returns>
    ValueTask<IReadOnlyList<SessionRecord>> ListAsync(JobId? job, int limit, CancellationToken cancellationToken);

    /// <summary>Finds sessions whose id begins with some digits, without their tasks and removed points.</summary>
    /// <param name="prefix">1 to 32 lower-case hex digits.</param>
    /// <param name="limit">How many at most, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By id; empty when there is none.</returns>
    ValueTask<IReadOnlyList<SessionRecord>> FindByPrefixAsync(
        string prefix,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Finds one by its id, whole.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    ValueTask<SessionRecord?> FindAsync(SessionId id, CancellationToken cancellationToken);

    /// <summary>Finds what the newest session that had a machine did for it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="machine">The machine, by the job's id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when no session had it.</returns>
    ValueTask<LastTask?> FindLastTaskAsync(JobId job, MachineId machine, CancellationToken cancellationToken);

    /// <summary>Adds one, or replaces the one with its id.</summary>
    /// <param name="session">The session, whole.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask SaveAsync(SessionRecord session, CancellationToken cancellationToken);
}
