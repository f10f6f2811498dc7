using Longhaul.Catalog.Sessions;

namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>A session, as a row. Lists are in columns of their own at the end, so that listing does not read them.</summary>
internal sealed class SessionRow
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; set; }

    /// <summary>The job, 32 hex digits; it may be gone.</summary>
    public required string JobId { get; set; }

    /// <summary>The job's name at the time.</summary>
    public required string Job { get; set; }

    /// <summary>How it stands.</summary>
    public required SessionState State { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public required long StartedAt { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC; null while it runs.</summary>
    public long? EndedAt { get; set; }

    /// <summary>The process that runs it; null when it has ended.</summary>
    public string? RunBy { get; set; }

    /// <summary>One sentence; null when there is nothing to say.</summary>
    public string? Message { get; set; }

    /// <summary>How many points were removed.</summary>
    public int PointsRemoved { get; set; }

    /// <summary>Bytes that are needed no more.</summary>
    public long BytesCondemned { get; set; }

    /// <summary>Bytes given back.</summary>
    public long BytesReclaimed { get; set; }

    /// <summary>Bytes read.</summary>
    public long BytesRead { get; set; }

    /// <summary>Bytes that crossed.</summary>
    public long BytesTransferred { get; set; }

    /// <summary>Bytes written.</summary>
    public long BytesWritten { get; set; }

    /// <summary>The busiest stage; null when nothing was moved.</summary>
    public string? Bottleneck { get; set; }

    /// <summary>Ids of removed points, JSON.</summary>
    public required string RemovedPoints { get; set; }

    /// <summary>The tasks, JSON.</summary>
    public required string Tasks { get; set; }
}
