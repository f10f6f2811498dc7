using System.Collections.Concurrent;

namespace Longhaul.Storage.Leases;

/// <summary>Remembers as long as the process lives.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class LeaseMemory : ILeaseMemory
{
    private readonly ConcurrentDictionary<string, LeaseSighting> _sightings = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public LeaseSighting? Find(string leaseId) => _sightings.GetValueOrDefault(leaseId);

    /// <inheritdoc/>
    public void Remember(string leaseId, LeaseSighting sighting) => _sightings[leaseId] = sighting;

    /// <inheritdoc/>
    public void Forget(string leaseId) => _sightings.TryRemove(leaseId, out _);
}
