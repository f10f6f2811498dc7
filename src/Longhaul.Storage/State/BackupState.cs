using System.Collections.Immutable;
using Longhaul.Core;
using Longhaul.Core.Backups;

namespace Longhaul.Storage.State;

/// <summary>What a backup consists of after one record of its log.</summary>
/// <remarks>Made by <see cref="StateFold"/> from records alone: two readers of the same log hold the same state.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record BackupState
{
    /// <summary>The state before the first record.</summary>
    public static readonly BackupState None = new();

    /// <summary>Number of the newest record; 0 before the first.</summary>
    public long Number { get; init; }

    /// <summary>SHA-256 of that record's file.</summary>
    public Digest Head { get; init; }

    /// <summary>When that record was written, by its writer's clock; for people.</summary>
    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Which kind of job made the backup.</summary>
    public BackupOrigin Origin { get; init; }

    /// <summary>The job that made the backup.</summary>
    public JobId BornOf { get; init; }

    /// <summary>The repository the backup was made in.</summary>
    public RepositoryId BornIn { get; init; }

    /// <summary>The backup's id, as the log says; empty in logs that do not say.</summary>
    public BackupId Backup { get; init; }

    /// <summary>The repository this instance lies in; in another one the folder is a carried copy.</summary>
    public RepositoryId Home => ContinuedIn ?? BornIn;

    /// <summary>The instance id of the last <c>continued</c> record; null: the backup id.</summary>
    public InstanceId? ContinuedAs { get; init; }

    /// <summary>The repository the last <c>continued</c> record was put in; null when there is none.</summary>
    public RepositoryId? ContinuedIn { get; init; }

    /// <summary>The owner of the newest record that names one, whatever repository he counts in; null: ownerless.</summary>
    public OwnerState? Owner { get; init; }

    /// <summary>The owning job's definition without secrets, UTF-8 JSON; empty when none was written.</summary>
    public ImmutableArray<byte> JobDefinition { get; init; } = [];

    /// <summary>The key list of an encrypted backup; null: the backup is plain.</summary>
    public KeyListState? KeyList { get; init; }

    /// <summary>The machines by id.</summary>
    public ImmutableSortedDictionary<MachineId, MachineState> Machines { get; init; } =
        ImmutableSortedDictionary<MachineId, MachineState>.Empty;

    /// <summary>The machine of every table that is kept, by the table's point.</summary>
    public ImmutableDictionary<PointId, MachineId> MachineOf { get; init; } =
        ImmutableDictionary<PointId, MachineId>.Empty;

    /// <summary>The segments by id.</summary>
    public ImmutableDictionary<SegmentId, SegmentState> Segments { get; init; } =
        ImmutableDictionary<SegmentId, SegmentState>.Empty;

    /// <summary>Files condemned by name and not yet purged, with the number of the record that condemned them.</summary>
    public ImmutableSortedDictionary<string, long> CondemnedFiles { get; init; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>What the protected clock showed when a protection was last set, as the log says; null: none ever was.</summary>
    public DateTimeOffset? ProtectedTime { get; init; }

    /// <summary>Records since the newest whole one.</summary>
    public int SinceWhole { get; init; }

    /// <summary>All visible points, by machine and then oldest first.</summary>
    public IEnumerable<RestorePoint> Points => Machines.Values.SelectMany(machine => machine.Points);

    /// <summary>Finds a visible point.</summary>
    /// <param name="id">The point's id.</param>
    /// <returns>Null when no visible point has that id.</returns>
    public RestorePoint? FindPoint(PointId id) =>
        MachineOf.TryGetValue(id, out var machine)
            ? Machines[machine].Points.FirstOrDefault(point => point.Id == id)
            : null;

    /// <summary>The id that ownership, duplicates and a client's memory go by.</summary>
    /// <param name="backup">The backup's id, out of backup.json.</param>
    public InstanceId InstanceOf(BackupId backup) => ContinuedAs ?? new InstanceId(backup.Value);

    /// <summary>The owner, if he counts in a repository.</summary>
    /// <param name="repository">The repository the folder lies in.</param>
    /// <returns>Null when the backup is ownerless there.</returns>
    public OwnerState? OwnerIn(RepositoryId repository) => Owner?.Repository == repository ? Owner : null;
}
