namespace Longhaul.Engine.Seeding;

/// <summary>What a check of a carried seed found.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedCheckReport
{
    /// <summary>The files that are missing or damaged, in the list's order; empty when all is well.</summary>
    public required IReadOnlyList<SeedFault> Faults { get; init; }

    /// <summary>Parts of which no file was found, ascending.</summary>
    public required IReadOnlyList<int> MissingParts { get; init; }

    /// <summary>Files that were looked at.</summary>
    public required int FilesChecked { get; init; }

    /// <summary>Bytes that were read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Where each sound file lies, by its name in the list; a segment that was compacted since has another name
    /// there.</summary>
    public required IReadOnlyDictionary<string, SeedPlace> Places { get; init; }
}

/// <summary>Where a file of a seed lies.</summary>
/// <param name="Part">The folder.</param>
/// <param name="Name">Its name there.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedPlace(SeedPart Part, string Name);
