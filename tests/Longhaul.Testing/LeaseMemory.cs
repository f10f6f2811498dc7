using System.Collections.Concurrent;
using Longhaul.Storage.Leases;

namespace Longhaul.Testing;

/// <summary>Remembers as long as the process lives.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class LeaseMemory : ILeaseMemory
{
    private readonly ConcurrentDictionary<SessionId, LeaseSighting> _sightings = new();

    /// <inheritdoc/>
    public LeaseSighting? Find(SessionId leaseId) => _sightings.GetValueOrDefault(leaseId);

    /// <inheritdoc/>
    public void Remember(SessionId leaseId, LeaseSighting sighting) => _sightings[leaseId] = sighting;

    /// <inheritdoc/>
    public void Forget(SessionId leaseId) => _sightings.TryRemove(leaseId, out _);
}
