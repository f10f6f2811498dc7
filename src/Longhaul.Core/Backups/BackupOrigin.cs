namespace Longhaul.Core.Backups;

/// <summary>What kind of job made a backup, or wrote a point; decides what may be mapped to it.</summary>
public enum BackupOrigin
{
    /// <summary>A backup job.</summary>
    Backup = 1,

    /// <summary>A backup copy job.</summary>
    Copy = 2,

    /// <summary>An agent backup job set up on the machine itself.</summary>
    AgentStandalone = 3,

    /// <summary>An agent backup job set up on the backup server.</summary>
    AgentManaged = 4,

    /// <summary>An agent copy job all of whose sources are standalone.</summary>
    AgentCopyStandalone = 5,

    /// <summary>An agent copy job any of whose sources is managed.</summary>
    AgentCopyManaged = 6,
}
