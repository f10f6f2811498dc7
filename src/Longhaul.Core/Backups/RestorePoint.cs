using Longhaul.Core.Machines;

namespace Longhaul.Core.Backups;

/// <summary>The state of one machine at one time, as a backup's log lists it.</summary>
/// <remarks>
/// <para>Invariant: <see cref="Parent"/> is null exactly when <see cref="Kind"/> is <see cref="PointKind.Full"/>,
/// and is never the point itself. The parent is the older neighbour of an increment and the newer one of a reverse
/// increment.</para>
/// <para>Source: docs/format.md, section "Kinds".</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RestorePoint
{
    /// <summary>The point's own id.</summary>
    public required PointId Id { get; init; }

    /// <summary>The machine whose state this is, by the id the backup knows it under.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>Position in the machine's chain, from 1; grows with every table, never used twice.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the source was frozen, UTC, in whole milliseconds. A copied point keeps it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What may be relied on.</summary>
    public required PointKind Kind { get; init; }

    /// <summary>The neighbour this point needs; null for a full.</summary>
    public PointId? Parent { get; init; }

    /// <summary>The point this one is a copy of; null for a point made from the machine.</summary>
    public PointId? SourcePoint { get; init; }

    /// <summary>Digest over disks and configuration; equal roots mean equal content.</summary>
    public required Digest Root { get; init; }

    /// <summary>Identities and sizes of the disks, in the machine's order.</summary>
    public required IReadOnlyList<DiskLayout> Disks { get; init; }

    /// <summary>The job that wrote the point.</summary>
    public required JobId Job { get; init; }

    /// <summary>What kind of job that was.</summary>
    public required BackupOrigin WrittenBy { get; init; }

    /// <summary>False when some block of it is known to be missing or damaged.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Why retention leaves the point alone, if it does.</summary>
    public PinReason Pin { get; init; }

    /// <summary>Until when it is protected from deletion, by the protected clock of its repository; null when it never was. It
    /// stays when that time is over.</summary>
    public DateTimeOffset? ProtectedUntil { get; init; }
}
