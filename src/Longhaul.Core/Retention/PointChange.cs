using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>What becomes of a point that stays, when something else in its chain goes or comes.</summary>
/// <param name="Point">The point that changes.</param>
/// <param name="Kind">Its kind from then on.</param>
/// <param name="Parent">The neighbour it needs from then on; null exactly when <paramref name="Kind"/> is full.</param>
/// <remarks>No data moves: one log record carries any number of changes (docs/format.md, section "Kinds").</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointChange(PointId Point, PointKind Kind, PointId? Parent);
