namespace Longhaul.Catalog.Jobs;

/// <summary>A full that a verdict or a shown plan announced, and that a run may therefore make.</summary>
/// <param name="Job">The copy job.</param>
/// <param name="Machine">The machine that gets the full, by the id its source knows it under.</param>
/// <param name="Reason">Why it is needed, as a short clause for people.</param>
/// <param name="Bytes">Bytes that were said to be sent; null when no number was shown.</param>
/// <param name="AnnouncedAt">When it was shown, UTC.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record AnnouncedFull(
    JobId Job,
    MachineId Machine,
    string Reason,
    long? Bytes,
    DateTimeOffset AnnouncedAt
);
