namespace Longhaul.Catalog.Sessions;

/// <summary>What the newest session that had a machine did for it.</summary>
/// <param name="Task">What it did.</param>
/// <param name="MissedSince">When the next session came to a good end that did without the machine, UTC; null: none has.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record LastTask(SessionTask Task, DateTimeOffset? MissedSince);
