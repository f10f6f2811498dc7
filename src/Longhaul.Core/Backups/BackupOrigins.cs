namespace Longhaul.Core.Backups;

/// <summary>What follows from an origin.</summary>
public static class BackupOrigins
{
    /// <summary>Whether a managed agent's job had a hand in it.</summary>
    /// <param name="origin">The origin of a backup, or of a point.</param>
    public static bool IsManaged(this BackupOrigin origin) =>
        origin is BackupOrigin.AgentManaged or BackupOrigin.AgentCopyManaged;
}
