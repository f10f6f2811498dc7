using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>A repository that a mover shows.</summary>
/// <param name="Name">What peers call it; see <see cref="Protocol.MoverUrl.IsRepositoryName"/>.</param>
/// <param name="Store">Where it lies; stays the caller's.</param>
/// <param name="Capabilities">What a probe of its place found, by name.</param>
/// <param name="Remarks">What a person who adds it should know.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ServedRepository(
    string Name,
    IRepositoryStore Store,
    IReadOnlyDictionary<string, string> Capabilities,
    IReadOnlyList<string> Remarks
);
