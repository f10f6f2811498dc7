namespace Longhaul.Storage.Leases;

/// <summary>Remembers when a lease's counter was first seen where it stands; an observer's own, not the backup's.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public interface ILeaseMemory
{
    /// <summary>What is remembered of a lease.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <returns>Null when nothing is.</returns>
    LeaseSighting? Find(SessionId leaseId);

    /// <summary>Remembers a sighting in place of an earlier one of that lease.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="sighting">What was seen.</param>
    void Remember(SessionId leaseId, LeaseSighting sighting);

    /// <summary>Forgets leases that are gone.</summary>
    /// <param name="leaseId">The lease; unknown ones are passed over.</param>
    void Forget(SessionId leaseId);
}

/// <summary>That a lease's counter stood somewhere.</summary>
/// <param name="Counter">Where it stands.</param>
/// <param name="BootId">The observer's boot in which that was first seen.</param>
/// <param name="FirstSeen">When in that boot.</param>
public sealed record LeaseSighting(long Counter, string BootId, TimeSpan FirstSeen);
