namespace Longhaul.Catalog.Naming;

/// <summary>What a lookup found: exactly one thing, several, or none.</summary>
/// <typeparam name="T">What is looked up.</typeparam>
/// <param name="Matches">All that fit equally well; empty when nothing does.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record NameMatch<T>(IReadOnlyList<NameCandidate<T>> Matches)
{
    /// <summary>The one thing that fits; null when none does, or several do.</summary>
    public NameCandidate<T>? Only => Matches.Count == 1 ? Matches[0] : null;

    /// <summary>Whether several fit.</summary>
    public bool IsAmbiguous => Matches.Count > 1;
}
