namespace Longhaul.Core.Retention;

/// <summary>What is known of a machine that has left its job.</summary>
/// <param name="MissedSince">When a session of the job first did without it, UTC; null: none has, or nobody remembers that the
/// job had it.</param>
/// <param name="LastFailed">Whether the last session that had it did not bring it to a good end.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record Departure(DateTimeOffset? MissedSince, bool LastFailed);
