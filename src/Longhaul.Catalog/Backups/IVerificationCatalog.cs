namespace Longhaul.Catalog.Backups;

/// <summary>Remembers what was verified here of which backup, and when.</summary>
/// <remarks>By instance and repository, as a carried copy that nobody has continued yet has the instance of its original. A
/// lost catalog loses nothing but the knowledge; the next samples read everything once more.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IVerificationCatalog
{
    /// <summary>Finds what is known of a backup.</summary>
    /// <param name="instance">The instance of the backup.</param>
    /// <param name="repository">The repository it lies in.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask<SegmentChecks> GetAsync(
        InstanceId instance,
        RepositoryId repository,
        CancellationToken cancellationToken
    );

    /// <summary>Puts what is known now in the place of what was known.</summary>
    /// <param name="instance">The instance of the backup.</param>
    /// <param name="repository">The repository it lies in.</param>
    /// <param name="checks">All that is known.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask SaveAsync(
        InstanceId instance,
        RepositoryId repository,
        SegmentChecks checks,
        CancellationToken cancellationToken
    );

    /// <summary>Forgets a backup that is gone.</summary>
    /// <param name="instance">The instance of the backup.</param>
    /// <param name="repository">The repository it lay in.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask ForgetAsync(InstanceId instance, RepositoryId repository, CancellationToken cancellationToken);
}
