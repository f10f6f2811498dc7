namespace Longhaul.Catalog.Repositories;

/// <summary>A repository that was added to this installation.</summary>
/// <param name="Id">The random id in its <c>repository.json</c>.</param>
/// <param name="Name">Unique among the repositories of a catalog.</param>
/// <param name="Location">Absolute path of its directory, or its URL.</param>
/// <param name="AddedAt">When it was added here, UTC.</param>
/// <param name="Traits">What a probe found; null when it was not probed.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RepositoryEntry(
    RepositoryId Id,
    string Name,
    string Location,
    DateTimeOffset AddedAt,
    StoreTraits? Traits
);
