using Longhaul.Core.Machines;

namespace Longhaul.Core.Backups;

/// <summary>The visible restore points of one machine in one backup.</summary>
/// <param name="MachineId">The id the backup knows the machine under.</param>
/// <param name="MachineName">Its name when the newest point was made.</param>
/// <param name="Points">Oldest first; may be empty.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachineChain(MachineId MachineId, string MachineName, IReadOnlyList<RestorePoint> Points)
{
    /// <summary>The machine's name; its id while the backup is locked.</summary>
    public string DisplayName => MachineName.Length > 0 ? MachineName : MachineId.ToString();

    /// <summary>The newest point; null when there is none.</summary>
    public RestorePoint? Newest => Points.Count == 0 ? null : Points[^1];

    /// <summary>Disks of the newest point; empty when there is no point.</summary>
    public IReadOnlyList<DiskLayout> Disks => Newest?.Disks ?? [];

    /// <summary>How the points depend on each other; a chain of fulls alone counts as forward.</summary>
    public ChainShape Shape
    {
        get
        {
            var reverse = Points.Any(point => point.Kind == PointKind.ReverseIncrement);
            var increments = Points.Any(point => point.Kind == PointKind.Increment);
            return (reverse, increments) switch
            {
                (true, true) => ChainShape.Mixed,
                (true, false) => ChainShape.ReverseIncremental,
                _ => ChainShape.ForwardIncremental,
            };
        }
    }
}
