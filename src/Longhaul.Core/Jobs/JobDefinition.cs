using Longhaul.Core.Backups;
using Longhaul.Core.Mapping;

namespace Longhaul.Core.Jobs;

/// <summary>Everything a job is told to do; without secrets, since it is written into the log of its backup.</summary>
/// <remarks>Sizes are bytes, counts are at least 0; 0 means "never" for the <c>…Every</c> members.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record JobDefinition
{
    /// <summary>The job's own id.</summary>
    public required JobId Id { get; init; }

    /// <summary>Unique among the jobs of a catalog.</summary>
    public required string Name { get; init; }

    /// <summary>What the job does.</summary>
    public required JobKind Kind { get; init; }

    /// <summary>For agent backup jobs: whether it is set up on the backup server.</summary>
    public bool Managed { get; init; }

    /// <summary>A disabled job is not run.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Where its backup lies.</summary>
    public required RepositoryId Repository { get; init; }

    /// <summary>What it backs up, or copies.</summary>
    public required IReadOnlyList<JobSource> Sources { get; init; }

    /// <summary>How the chain of a backup job grows; copy jobs are always forever-forward.</summary>
    public BackupMethod Method { get; init; } = BackupMethod.ForeverForward;

    /// <summary>An active full at every N-th run since the last full; 0 never.</summary>
    public int FullEvery { get; init; }

    /// <summary>A synthetic full at every N-th run since the last full; 0 never.</summary>
    public int SyntheticFullEvery { get; init; }

    /// <summary>Turns the points before a synthetic full into reverse increments.</summary>
    public bool Transform { get; init; }

    /// <summary>Block size in bytes: 256 KiB, 512 KiB, 1 MiB or 4 MiB. Of a new backup only.</summary>
    public int BlockSize { get; init; } = 1 << 20;

    /// <summary>How hard blocks are compressed.</summary>
    public CompressionLevel Compression { get; init; } = CompressionLevel.Auto;

    /// <summary>The newest restore points to keep per machine, at least 1. A point stays when any rule keeps it.</summary>
    public int Keep { get; init; } = 7;

    /// <summary>Days to keep all restore points of; 0: the rule is not used. So with what follows.</summary>
    public int KeepDays { get; init; }

    /// <summary>Weeks to keep one restore point of.</summary>
    public int KeepWeekly { get; init; }

    /// <summary>Months to keep one restore point of.</summary>
    public int KeepMonthly { get; init; }

    /// <summary>Quarters to keep one restore point of.</summary>
    public int KeepQuarterly { get; init; }

    /// <summary>Years to keep one restore point of.</summary>
    public int KeepYearly { get; init; }

    /// <summary>Stores every full that is made as one whole, sharing no block with another; and makes the first point of each
    /// period that is kept such a full.</summary>
    public bool StandaloneFulls { get; init; }

    /// <summary>How long the points of a machine stay that has left the job; null for good.</summary>
    public TimeSpan? DeletedAfter { get; init; }

    /// <summary>How long nobody can delete a new restore point, by the protected clock; null: points are not protected.</summary>
    public TimeSpan? ImmutableFor { get; init; }

    /// <summary>IANA name of the time zone in which the job's days begin.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether the backup is to be encrypted.</summary>
    public bool Encrypt { get; init; }

    /// <summary>Command run before a machine is read; null for none.</summary>
    public string? Before { get; init; }

    /// <summary>Command run after a machine was read, whatever came of it; null for none.</summary>
    public string? After { get; init; }

    /// <summary>Time limit for each of the two commands.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>When a copy job takes points.</summary>
    public CopyMode Mode { get; init; } = CopyMode.Periodic;

    /// <summary>The copy interval.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Time of day at which daily copy intervals begin.</summary>
    public TimeOnly At { get; init; }

    /// <summary>Bytes a second a copy job may send; null for no limit.</summary>
    public long? RateLimitBytesPerSecond { get; init; }

    /// <summary>Longest chain of deltas a copy writes, 0 (never delta) to 64.</summary>
    public int DeltaDepth { get; init; } = 32;

    /// <summary>Machines and disks worked on side by side, at least 1.</summary>
    public int MaxTasks { get; init; } = 2;

    /// <summary>The backup the job writes to; null until its first run, or when it was taken over or unmapped.</summary>
    public BackupId? Backup { get; init; }

    /// <summary>Machines that go on in the job's backup under the seed's id, as they were matched when the job was
    /// mapped; machines that kept their id need no entry.</summary>
    public IReadOnlyList<MachinePair> Pairs { get; init; } = [];

    /// <summary>The seed a copy job waits for, or was just mapped to; null for none.</summary>
    public AwaitedSeed? AwaitedSeed { get; init; }

    /// <summary>Which origin a backup made by this job has, given what a copy's sources are.</summary>
    /// <param name="anyManagedSource">For agent copy jobs: whether any source backup is, or copies, a managed one.</param>
    public BackupOrigin OriginOf(bool anyManagedSource) =>
        Kind switch
        {
            JobKind.Backup => BackupOrigin.Backup,
            JobKind.Copy => BackupOrigin.Copy,
            JobKind.AgentBackup => Managed ? BackupOrigin.AgentManaged : BackupOrigin.AgentStandalone,
            _ => anyManagedSource ? BackupOrigin.AgentCopyManaged : BackupOrigin.AgentCopyStandalone,
        };

    /// <summary>Whether the job copies restore points rather than making them.</summary>
    public bool IsCopy => Kind is JobKind.Copy or JobKind.AgentCopy;
}
