using Longhaul.Core.Backups;

namespace Longhaul.Core.Selection;

/// <summary>The chain of one machine in one backup, as a place to copy from.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SourceChain
{
    /// <summary>The backup.</summary>
    public required BackupId Backup { get; init; }

    /// <summary>Its name, for messages.</summary>
    public required string BackupName { get; init; }

    /// <summary>The repository it lies in.</summary>
    public required RepositoryId Repository { get; init; }

    /// <summary>The machine's points there, oldest first.</summary>
    public required MachineChain Chain { get; init; }

    /// <summary>Whether the backup was found by rescan, and no job has adopted it.</summary>
    public bool Imported { get; init; }

    /// <summary>Whether the job names this very backup as a source.</summary>
    public bool NamedByJob { get; init; }

    /// <summary>Sequence numbers of points of this chain that are visible no longer, by id; those the log still
    /// knows. By them an aged-out source point still orders the chain.</summary>
    public IReadOnlyDictionary<PointId, long> FormerPoints { get; init; } = new Dictionary<PointId, long>();

    /// <summary>The sequence number that a point, or this chain's copy of it, has here.</summary>
    /// <param name="point">A point of any backup.</param>
    /// <returns>Null when the point is none of this chain, so far as is known.</returns>
    public long? SequenceOf(PointId point) =>
        Chain.Points.FirstOrDefault(candidate => candidate.Id == point || candidate.SourcePoint == point)?.Sequence
        ?? (FormerPoints.TryGetValue(point, out var sequence) ? sequence : null);
}
