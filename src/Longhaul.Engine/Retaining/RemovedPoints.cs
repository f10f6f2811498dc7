using Longhaul.Core.Backups;

namespace Longhaul.Engine.Retaining;

/// <summary>What a removal took away.</summary>
/// <param name="Points">The points that were visible before.</param>
/// <param name="BytesCondemned">Stored bytes that nothing needs any more; they are freed when whole segments are dead.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RemovedPoints(IReadOnlyList<RestorePoint> Points, long BytesCondemned);
