using Longhaul.Core.Backups;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Jobs.Copying;

namespace Longhaul.Jobs.Runs;

/// <summary>What a run of a job would do.</summary>
/// <param name="Copy">For copy jobs; null for others.</param>
/// <param name="Backup">For backup jobs; empty for others.</param>
/// <param name="Departed">Points of machines that have left the job and would go, by the machine's name.</param>
/// <param name="FreeBytes">Room at the target; null when it cannot say.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record JobPlan(
    CopyJobPlan? Copy,
    IReadOnlyList<BackupMachinePlan> Backup,
    IReadOnlyList<(string Machine, PointRemoval Removal)> Departed,
    long? FreeBytes
);

/// <summary>What a run of a backup job would do for one machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Newest">The point its disks would be compared with; null: a first full.</param>
/// <param name="Kind">As what the new point would be made.</param>
/// <param name="BytesToRead">Size of its disks: as much is read, and at most as much is stored.</param>
/// <param name="Removals">Points that retention would remove afterwards.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record BackupMachinePlan(
    Machine Machine,
    RestorePoint? Newest,
    NewPointKind Kind,
    long BytesToRead,
    IReadOnlyList<PointRemoval> Removals
);
