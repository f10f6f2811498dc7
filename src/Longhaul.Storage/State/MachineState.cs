using System.Collections.Immutable;
using Longhaul.Core.Backups;

namespace Longhaul.Storage.State;

/// <summary>What a backup holds of one machine.</summary>
/// <param name="Id">The id the backup knows the machine under.</param>
/// <param name="Name">Its name when the newest point was made; empty when sealed and not unlocked.</param>
/// <param name="NextSequence">The first sequence number that was never used.</param>
/// <param name="Points">The visible points, oldest first.</param>
/// <param name="Tables">All tables that are kept, visible or hidden, by ascending sequence number.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachineState(
    MachineId Id,
    string Name,
    long NextSequence,
    ImmutableArray<RestorePoint> Points,
    ImmutableArray<TableState> Tables
)
{
    /// <summary>The visible points as the laws see them.</summary>
    public MachineChain Chain => new(Id, Name, Points);

    /// <summary>The newest visible point; null when there is none.</summary>
    public RestorePoint? Newest => Points.Length == 0 ? null : Points[^1];
}
