namespace Longhaul.Catalog.Backups;

/// <summary>Remembers when each condemning record was first seen here.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface ICondemnedCatalog
{
    /// <summary>Remembers a sighting, unless that record was seen before.</summary>
    /// <param name="sighting">What is seen now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The first sighting: the one given, or the earlier one.</returns>
    ValueTask<CondemnedSighting> SeeAsync(CondemnedSighting sighting, CancellationToken cancellationToken);

    /// <summary>Forgets sightings whose bytes are gone.</summary>
    /// <param name="instance">The instance of the backup.</param>
    /// <param name="throughRecord">Every record up to and with this number.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask ForgetAsync(InstanceId instance, long throughRecord, CancellationToken cancellationToken);
}
