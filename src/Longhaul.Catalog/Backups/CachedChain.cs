using System.Text.Json.Serialization;
using Longhaul.Core.Backups;

namespace Longhaul.Catalog.Backups;

/// <summary>The visible restore points of one machine, as last read from the log.</summary>
/// <param name="MachineId">The id the backup knows the machine under.</param>
/// <param name="Machine">The machine's name; null when the backup is encrypted.</param>
/// <param name="Points">Oldest first; may be empty.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CachedChain(
    MachineId MachineId,
    // Kept when it is null too: a member that is missing is damage.
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Machine,
    IReadOnlyList<CachedPoint> Points
)
{
    /// <summary>The chain in the words of the laws.</summary>
    public MachineChain ToChain() =>
        new(MachineId, Machine ?? MachineId.ToString(), [.. Points.Select(point => point.Point)]);
}

/// <summary>A restore point and what removing it would free.</summary>
/// <param name="Point">The point; its root and disks are empty when the backup is encrypted.</param>
/// <param name="SizeBytes">Bytes that removing it would free.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CachedPoint(RestorePoint Point, long SizeBytes);
