namespace Longhaul.Catalog.Sessions;

/// <summary>One run of a job.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SessionRecord
{
    /// <summary>The session's own id.</summary>
    public required SessionId Id { get; init; }

    /// <summary>The job that was run.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The job's name at the time.</summary>
    public required string Job { get; init; }

    /// <summary>How it stands.</summary>
    public required SessionState State { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it runs, or when its process died.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Which process runs it (host, pid, start time, boot id; opaque here); null when it has ended.</summary>
    public string? RunBy { get; init; }

    /// <summary>One sentence for people on the whole session; null when there is nothing to say.</summary>
    public string? Message { get; init; }

    /// <summary>One entry per machine, in the order worked on; empty in lists.</summary>
    public IReadOnlyList<SessionTask> Tasks { get; init; } = [];

    /// <summary>Restore points that retention removed, oldest first; empty in lists.</summary>
    public IReadOnlyList<RemovedPoint> RemovedPoints { get; init; } = [];

    /// <summary>How many restore points were removed.</summary>
    public int PointsRemoved { get; init; }

    /// <summary>Stored bytes that were needed no more when retention had removed those points; reclaim gives them back, some of
    /// them in a later session.</summary>
    public long BytesCondemned { get; init; }

    /// <summary>Bytes that reclaim gave back.</summary>
    public long BytesReclaimed { get; init; }

    /// <summary>Bytes read by all tasks.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes that crossed to and from the target, as cli.md counts them; at least the sum of the tasks'.</summary>
    public long BytesTransferred { get; init; }

    /// <summary>Bytes written at the target; at least the sum of the tasks'.</summary>
    public long BytesWritten { get; init; }

    /// <summary>The pipeline stage that was busiest, such as <c>read</c>; null when nothing was moved.</summary>
    public string? Bottleneck { get; init; }
}
