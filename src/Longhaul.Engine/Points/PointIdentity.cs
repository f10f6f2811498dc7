using Longhaul.Core.Backups;
using Longhaul.Format.Points;

namespace Longhaul.Engine.Points;

/// <summary>What is known of a new restore point before its first block is read.</summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record PointIdentity
{
    /// <summary>The point's own id.</summary>
    internal required PointId Id { get; init; }

    /// <summary>The machine, by the id the backup knows it under.</summary>
    internal required MachineId Machine { get; init; }

    /// <summary>The machine's present name.</summary>
    internal required string MachineName { get; init; }

    /// <summary>The first sequence number the machine never used.</summary>
    internal required long Sequence { get; init; }

    /// <summary>For a point that gets a complete table and is no full: the last that was made one; else 0.</summary>
    internal long LastFull { get; init; }

    /// <summary>The machine's newest point when the table was begun, which the table builds upon; null when there was
    /// none.</summary>
    internal PointId? Follows { get; init; }

    /// <summary>When the source was frozen, UTC, whole milliseconds.</summary>
    internal required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The job that writes it.</summary>
    internal required JobId Job { get; init; }

    /// <summary>What kind of job that is.</summary>
    internal required BackupOrigin WrittenBy { get; init; }

    /// <summary>The point it is a copy of; null for one made from the machine.</summary>
    internal PointId? SourcePoint { get; init; }

    /// <summary>The machine's configuration.</summary>
    internal IReadOnlyList<Configuration> Configuration { get; init; } = [];

    /// <summary>How consistent the disks are.</summary>
    internal Consistency Consistency { get; init; } = Consistency.Crash;
}
