namespace Longhaul.Jobs.Seeding;

/// <summary>How a seed is made.</summary>
/// <param name="Folder">Where: made when it is missing.</param>
/// <param name="Split">Most bytes a part may have; null for one part.</param>
/// <param name="Anew">Whether a seed that the job waits for already is given up for this one.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedOptions(string Folder, long? Split = null, bool Anew = false);
