using Longhaul.Core.Backups;

namespace Longhaul.Core.Mapping;

/// <summary>What is known about a backup that may become a seed.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedFacts
{
    /// <summary>The backup.</summary>
    public required BackupId BackupId { get; init; }

    /// <summary>Which of its copies this is.</summary>
    public required InstanceId InstanceId { get; init; }

    /// <summary>Name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The repository it lies in.</summary>
    public required RepositoryId Repository { get; init; }

    /// <summary>Name of that repository, for messages.</summary>
    public required string RepositoryName { get; init; }

    /// <summary>How a command names it without doubt: a carried backup has the name of its original.</summary>
    public string FullName => $"{RepositoryName}/{Name}";

    /// <summary>Number of the format version or required feature that this program does not know; null when it knows
    /// all. When set, nothing else need be known.</summary>
    public long? UnsupportedFormat { get; init; }

    /// <summary>Names of other folders of this instance in that repository.</summary>
    public IReadOnlyList<string> Duplicates { get; init; } = [];

    /// <summary>What kind of job made it; never changes.</summary>
    public required BackupOrigin Origin { get; init; }

    /// <summary>Whether it is encrypted.</summary>
    public bool Encrypted { get; init; }

    /// <summary>Whether a password that opens it is at hand; without meaning when it is plain.</summary>
    public bool Unlocked { get; init; }

    /// <summary>What reminds people of its passwords; empty when that is not known.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>Why a password that is kept for it does not open it; null when none is kept.</summary>
    public string? LockedRemark { get; init; }

    /// <summary>Block size in bytes.</summary>
    public required int BlockSize { get; init; }

    /// <summary>The chains of its machines. While locked, names, disks and roots are empty.</summary>
    public required IReadOnlyList<MachineChain> Chains { get; init; }

    /// <summary>What is missing or damaged of that which points need: a parent, a table, a segment, a frame; one clause
    /// each. Points with <see cref="RestorePoint.IsComplete"/> false need no entry.</summary>
    public IReadOnlyList<string> Incomplete { get; init; } = [];

    /// <summary>Who owns it; null: nobody. An owner whose record names another repository is void.</summary>
    public SeedOwner? Owner { get; init; }

    /// <summary>Who is at work in it, by a live lease or an unfinished run; null: nobody.</summary>
    public SeedUse? Busy { get; init; }

    /// <summary>Since when it has lain there unverified; null when it was verified, or made there by a job.</summary>
    public DateTimeOffset? UnverifiedSince { get; init; }

    /// <summary>Points that cannot be deleted before some time.</summary>
    public IReadOnlyList<PointProtection> Protected { get; init; } = [];
}

/// <summary>The one job that writes to a backup, as its log says.</summary>
/// <param name="Job">The job.</param>
/// <param name="JobName">Its name; empty when that cannot be read.</param>
/// <param name="Server">The server it is defined on; null when it is defined here.</param>
/// <param name="Repository">The repository in which the ownership counts.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedOwner(JobId Job, string JobName, string? Server, RepositoryId Repository);

/// <summary>Somebody at work in a backup.</summary>
/// <param name="Who">The holder in words: job, process, host.</param>
/// <param name="Since">Since when, UTC.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedUse(string Who, DateTimeOffset Since);

/// <summary>A point that cannot be deleted yet.</summary>
/// <param name="Point">The point.</param>
/// <param name="Until">Until when, UTC.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointProtection(PointId Point, DateTimeOffset Until);
