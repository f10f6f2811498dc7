namespace Longhaul.Catalog.Repositories;

/// <summary>What a repository's file system was found able to do when it was probed.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record StoreTraits
{
    /// <summary>The same names and values as in <c>repository.json</c>.</summary>
    public required IReadOnlyDictionary<string, string> Capabilities { get; init; }

    /// <summary>What the operator should know, one sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
