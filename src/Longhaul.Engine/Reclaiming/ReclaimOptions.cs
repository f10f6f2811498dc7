namespace Longhaul.Engine.Reclaiming;

/// <summary>How a backup's space is reclaimed.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ReclaimOptions
{
    /// <summary>How long bytes stay after this client first saw that they are not needed any more; zero: not at all.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether a full sweep is made first: reads all tables, and finds the shared frames that nobody reaches.</summary>
    public bool Full { get; init; }

    /// <summary>Ids of leases that the caller itself holds: they hold nothing back.</summary>
    public IReadOnlyCollection<SessionId> OwnLeases { get; init; } = [];

    /// <summary>Names of the files that are protected from deletion: they wait, and are not written again.</summary>
    public IReadOnlySet<string> Protected { get; init; } = new HashSet<string>();

    /// <summary>The session that reclaims; null for a step made by hand.</summary>
    public SessionId? Session { get; init; }

    /// <summary>How long the checkpoints of a run that this client does not know keep what they name from being cleared
    /// away, by their writer's wall clock: it saves that run's work, and nothing depends on it.</summary>
    public TimeSpan CheckpointTerm { get; init; } = TimeSpan.FromDays(7);
}
