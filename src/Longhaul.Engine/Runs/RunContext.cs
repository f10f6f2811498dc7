using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Protecting;
using Longhaul.Engine.Pipelines;
using Longhaul.Engine.Points;
using Longhaul.Engine.Progress;
using Longhaul.Sources;

namespace Longhaul.Engine.Runs;

/// <summary>What every step of one run of a job needs to know.</summary>
/// <threadsafety>Immutable, but what it refers to is shared by the steps.</threadsafety>
public sealed record RunContext
{
    /// <summary>The run.</summary>
    public required SessionId Session { get; init; }

    /// <summary>The job.</summary>
    public required JobDefinition Job { get; init; }

    /// <summary>What points of the run are written by.</summary>
    public required BackupOrigin Origin { get; init; }

    /// <summary>The sender's memory of its checkpoints.</summary>
    public required IRunJournal Journal { get; init; }

    /// <summary>For creation times.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Says how long a point that is committed now is protected from deletion; null: points are not. Called from any
    /// thread.</summary>
    public Func<ProtectionTerm>? Protect { get; init; }

    /// <summary>Of when the points of the run are, UTC: disks that are older than the run. Null: of when they are read.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Opens a disk of a machine, named for errors; the run disposes it.</summary>
    public Func<string, MachineDisk, CancellationToken, ValueTask<IDiskSource>> OpenDisk { get; init; } =
        DiskSources.OpenAsync;

    /// <summary>Hears how far the run is; null for nobody.</summary>
    public IRunProgress? Progress { get; init; }

    /// <summary>Stored bytes after which a checkpoint is put, at least 1: what an interruption costs at most.</summary>
    public long CheckpointEvery { get; init; } = 64L << 20;

    /// <summary>Disks under way at a time, of one machine or of several; at least 1.</summary>
    public int Tasks { get; init; } = 1;

    /// <summary>Blocks of one disk under way at a time: enough for the processors and the disk, and the more disks there are
    /// the fewer, so that memory stays what it is.</summary>
    internal int Window => Math.Max(2, 12 / (Tasks + 1));

    /// <summary>How long each stage was busy.</summary>
    public StageLoad Load { get; } = new();
}
