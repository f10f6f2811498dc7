namespace Longhaul.Core.Jobs;

/// <summary>What a job does, and for which kind of machine.</summary>
public enum JobKind
{
    /// <summary>Makes restore points from disks.</summary>
    Backup = 1,

    /// <summary>Copies restore points of backup jobs, machines or backups.</summary>
    Copy = 2,

    /// <summary>A backup job of a physical or cloud machine.</summary>
    AgentBackup = 3,

    /// <summary>Copies restore points of agent backup jobs.</summary>
    AgentCopy = 4,
}
