using Longhaul.Core.Backups;

namespace Longhaul.Catalog.Backups;

/// <summary>The visible restore points of one machine, as last read from the log.</summary>
/// <param name="MachineId">The id the backup knows the machine under.</param>
/// <param name="Machine">The machine's name; null while the backup is locked.</param>
/// <param name="Points">Oldest first; may be empty.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CachedChain(MachineId MachineId, string? Machine, IReadOnlyList<CachedPoint> Points)
{
    /// <summary>The chain in the words of the laws.</summary>
    public MachineChain ToChain() =>
        new(MachineId, Machine ?? MachineId.ToString(), [.. Points.Select(point => point.Point)]);
}

/// <summary>A restore point and what removing it would free.</summary>
/// <param name="Point">The point; its root is empty while the backup is locked.</param>
/// <param name="SizeBytes">Bytes that removing it would free.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CachedPoint(RestorePoint Point, long SizeBytes);
