using Longhaul.Core.Jobs;

namespace Longhaul.Catalog.Jobs;

/// <summary>Keeps the jobs and their definitions.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IJobCatalog
{
    /// <summary>Lists all of them.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By name, in ordinal order.</returns>
    ValueTask<IReadOnlyList<JobDefinition>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Finds one by its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    ValueTask<JobDefinition?> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Adds one, or replaces the one with its id.</summary>
    /// <param name="job">The definition.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="Core.LonghaulException">job.exists: another one has the name.</exception>
    ValueTask SaveAsync(JobDefinition job, CancellationToken cancellationToken);

    /// <summary>Forgets one, what was announced and the password that is kept for it; its sessions stay, its restore points are not touched.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there was none.</returns>
    ValueTask<bool> RemoveAsync(JobId id, CancellationToken cancellationToken);
}
