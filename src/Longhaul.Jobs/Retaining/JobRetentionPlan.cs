using Longhaul.Core.Backups;
using Longhaul.Core.Retention;

namespace Longhaul.Jobs.Retaining;

/// <summary>What a job's retention does to its backup.</summary>
/// <param name="Policy">What the job keeps.</param>
/// <param name="Backup">Name of its backup; null when it has none yet.</param>
/// <param name="Note">What could not be found out, one sentence; null when all was.</param>
/// <param name="Machines">The machines of the backup that have restore points.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record JobRetentionPlan(
    RetentionPolicy Policy,
    string? Backup,
    string? Note,
    IReadOnlyList<MachineRetention> Machines
);

/// <summary>What a job's retention does to the points of one machine.</summary>
/// <param name="Chain">The machine, by the id its backup knows it under, and its points.</param>
/// <param name="Standing">What it is to the job.</param>
/// <param name="Plan">What becomes of its points; null exactly for a foreign machine, whose points are left alone.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachineRetention(MachineChain Chain, MachineStanding Standing, RetentionPlan? Plan);

/// <summary>What a machine of a backup is to the job that owns the backup.</summary>
public enum MachineStanding
{
    /// <summary>One of its machines.</summary>
    InJob = 1,

    /// <summary>It was one, and is no more.</summary>
    Departed = 2,

    /// <summary>It came with the seed, and never was one.</summary>
    Foreign = 3,
}
