namespace Longhaul.Core.Backups;

/// <summary>A folder in a repository: the chains of the machines of one job. Here only what its id names.</summary>
public sealed class Backup
{
    private Backup() { }
}

/// <summary>One of the copies of a backup folder that went their own ways. Only what an instance id names.</summary>
/// <remarks>The instance id is the last <c>continued</c> record's, else the backup id (docs/format.md).</remarks>
public sealed class Instance
{
    private Instance() { }
}

/// <summary>An immutable file of stored blocks. Only what a segment id names.</summary>
public sealed class Segment
{
    private Segment() { }
}

/// <summary>Where backups are stored. Only what a repository id names.</summary>
public sealed class Repository
{
    private Repository() { }
}
