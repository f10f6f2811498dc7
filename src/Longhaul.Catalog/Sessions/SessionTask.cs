using Longhaul.Core.Backups;

namespace Longhaul.Catalog.Sessions;

/// <summary>What a session did for one machine.</summary>
/// <remarks>Bytes and blocks are counts, 0 or more.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SessionTask
{
    /// <summary>The machine, by the job's id.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>The machine's name at the time of the session.</summary>
    public required string Machine { get; init; }

    /// <summary>How the task ended.</summary>
    public required SessionState State { get; init; }

    /// <summary>One sentence for people: what failed, why it waited; null when there is nothing to say.</summary>
    public string? Message { get; init; }

    /// <summary>Code of the error that ended it; null when none did.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The restore point it made; null when it made none.</summary>
    public PointId? Point { get; init; }

    /// <summary>Kind of that point; null when it made none.</summary>
    public PointKind? Kind { get; init; }

    /// <summary><c>lineage</c>, <c>digests</c> or <c>none</c>; null for backup jobs.</summary>
    public string? BaselineFoundBy { get; init; }

    /// <summary>Blocks that differ from the baseline.</summary>
    public long BlocksChanged { get; init; }

    /// <summary>Changed blocks stored as a delta.</summary>
    public long BlocksDelta { get; init; }

    /// <summary>Changed blocks that were in the backup already.</summary>
    public long BlocksKnown { get; init; }

    /// <summary>Bytes read from the disks or from the source repository.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes that crossed to and from the target, as cli.md counts them.</summary>
    public long BytesTransferred { get; init; }

    /// <summary>Bytes written at the target.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Whether it went on from a checkpoint of an unfinished run.</summary>
    public bool Resumed { get; init; }
}
