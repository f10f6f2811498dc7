namespace Longhaul.Catalog.Jobs;

/// <summary>Keeps what fulls were announced, so that a run makes no other (mapping.md, "Plan before run").</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IAnnouncedFullCatalog
{
    /// <summary>Lists what is announced for a job.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By machine id; at most one per machine.</returns>
    ValueTask<IReadOnlyList<AnnouncedFull>> ListAsync(JobId job, CancellationToken cancellationToken);

    /// <summary>Announces a full, in place of an earlier announcement for the same job and machine.</summary>
    /// <param name="full">What is announced.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask AnnounceAsync(AnnouncedFull full, CancellationToken cancellationToken);

    /// <summary>Takes an announcement back: the full was made, or is no longer what would happen.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="machine">The machine; null for every machine of the job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask WithdrawAsync(JobId job, MachineId? machine, CancellationToken cancellationToken);
}
