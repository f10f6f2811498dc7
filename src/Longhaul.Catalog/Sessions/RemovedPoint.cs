namespace Longhaul.Catalog.Sessions;

/// <summary>A restore point that a session's retention removed.</summary>
/// <param name="Id">The point.</param>
/// <param name="Machine">Name of its machine.</param>
/// <param name="CreatedAt">Its creation time, UTC.</param>
/// <param name="Rule">Why it went, in words.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RemovedPoint(PointId Id, string Machine, DateTimeOffset CreatedAt, string Rule);
