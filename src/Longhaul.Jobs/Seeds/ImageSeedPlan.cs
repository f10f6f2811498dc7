using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;

namespace Longhaul.Jobs.Seeds;

/// <summary>What a seed is to be made of.</summary>
/// <param name="Job">The job that is to be mapped to it.</param>
/// <param name="Machine">Name or id of one of the job's machines.</param>
/// <param name="Disks">Images of its disks. An identity the machine does not have, <c>disk0</c>, <c>disk1</c> …, means its disk at
/// that place.</param>
/// <param name="CreatedAt">Of when the images are; null: when they were written last.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ImageSeedRequest(
    JobDefinition Job,
    string Machine,
    IReadOnlyList<MachineDisk> Disks,
    DateTimeOffset? CreatedAt
);

/// <summary>The seed that is about to be made.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ImageSeedPlan
{
    /// <summary>The job that is to be mapped to it.</summary>
    public required JobDefinition Job { get; init; }

    /// <summary>The machine, under the id the job knows it by, with the images as its disks.</summary>
    public required Machine Machine { get; init; }

    /// <summary>The origin it gets: one that the job may be mapped to.</summary>
    public required BackupOrigin Origin { get; init; }

    /// <summary>Block size in bytes: that of the job's source, so that nothing is re-cut.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Bytes of the images' disks.</summary>
    public required long Bytes { get; init; }

    /// <summary>The creation time of its restore point, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the newest restore point was made that the job could copy, UTC; null when there is none yet. A seed that is not
    /// older makes the job wait for a newer one.</summary>
    public DateTimeOffset? NewestSource { get; init; }

    /// <summary>Disks of the machine that no image is given of: the first run sends all of them.</summary>
    public required IReadOnlyList<string> MissingDisks { get; init; }
}

/// <summary>A seed that was made.</summary>
/// <param name="Backup">Its folder's name.</param>
/// <param name="BackupId">Its id.</param>
/// <param name="Point">Its restore point.</param>
/// <param name="BytesRead">Bytes read of the images.</param>
/// <param name="BytesWritten">Bytes written to the repository.</param>
/// <param name="IsResumed">Whether it went on from where an interrupted call was.</param>
/// <param name="WasThere">Whether an earlier call had made it: nothing was done.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ImageSeed(
    string Backup,
    BackupId BackupId,
    RestorePoint Point,
    long BytesRead,
    long BytesWritten,
    bool IsResumed,
    bool WasThere
);
