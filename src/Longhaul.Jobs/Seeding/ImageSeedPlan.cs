using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;

namespace Longhaul.Jobs.Seeding;

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
