using Longhaul.Core.Backups;

namespace Longhaul.Catalog.Backups;

/// <summary>What a backup's folder said when it was last read.</summary>
/// <remarks>A cache: the folder is the truth. Repository and folder together are the key, since two folders of a
/// repository may hold the same instance.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record BackupEntry
{
    /// <summary>Where the folder lies.</summary>
    public required RepositoryId Repository { get; init; }

    /// <summary>The folder's name, which is the backup's name too.</summary>
    public required string Folder { get; init; }

    /// <summary>Never changes, whoever carries the folder; empty when it could never be read.</summary>
    public required BackupId BackupId { get; init; }

    /// <summary>Changes when a copy of the folder goes its own way; empty when it could never be read.</summary>
    public required InstanceId InstanceId { get; init; }

    /// <summary>Block size in bytes; 0 when it could never be read.</summary>
    public required int BlockSize { get; init; }

    /// <summary>What kind of job made it; says nothing when it could never be read.</summary>
    public required BackupOrigin Origin { get; init; }

    /// <summary>How it stands.</summary>
    public required BackupState State { get; init; }

    /// <summary>The job that owns it in this repository; null when none does.</summary>
    public JobId? Owner { get; init; }

    /// <summary>That job's name, for people; null when unknown.</summary>
    public string? OwnerName { get; init; }

    /// <summary>The installation that job is defined on, for people; null when unknown.</summary>
    public string? OwnerServer { get; init; }

    /// <summary>Whether it is encrypted.</summary>
    public bool Encrypted { get; init; }

    /// <summary>Bytes its files take.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Number of the newest log record that was read.</summary>
    public long LogNumber { get; init; }

    /// <summary>When that record was written, by its writer's clock, UTC; null when it could never be read.</summary>
    public DateTimeOffset? LogWrittenAt { get; init; }

    /// <summary>When the folder was last read, UTC.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>Since when it is known to have been carried here, UTC; null when it was made in this repository.</summary>
    public DateTimeOffset? ImportedAt { get; init; }

    /// <summary>Since when its data awaits verification, UTC; null when it counts as verified.</summary>
    public DateTimeOffset? UnverifiedSince { get; init; }

    /// <summary>What is wrong with it, one clause each; empty when nothing is known to be.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}
