using Longhaul.Catalog.Backups;
using Longhaul.Core.Backups;

namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>What a backup's folder said, as a row; the chains are in a column of their own at the end.</summary>
internal sealed class BackupRow
{
    /// <summary>The repository, 32 hex digits.</summary>
    public required string RepositoryId { get; set; }

    /// <summary>The folder's name.</summary>
    public required string Folder { get; set; }

    /// <summary>32 hex digits.</summary>
    public required string BackupId { get; set; }

    /// <summary>32 hex digits.</summary>
    public required string InstanceId { get; set; }

    /// <summary>Bytes.</summary>
    public required int BlockSize { get; set; }

    /// <summary>What kind of job made it.</summary>
    public required BackupOrigin Origin { get; set; }

    /// <summary>How it stands.</summary>
    public required BackupState State { get; set; }

    /// <summary>The owning job, 32 hex digits; null when none.</summary>
    public string? Owner { get; set; }

    /// <summary>Its name.</summary>
    public string? OwnerName { get; set; }

    /// <summary>Its installation.</summary>
    public string? OwnerServer { get; set; }

    /// <summary>Whether it is encrypted.</summary>
    public bool Encrypted { get; set; }

    /// <summary>Bytes.</summary>
    public long SizeBytes { get; set; }

    /// <summary>The newest record read.</summary>
    public long LogNumber { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC; null when it could never be read.</summary>
    public long? LogWrittenAt { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long ReadAt { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC; null when made here.</summary>
    public long? ImportedAt { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC; null when verified.</summary>
    public long? UnverifiedSince { get; set; }

    /// <summary>What is wrong, JSON.</summary>
    public required string Faults { get; set; }

    /// <summary>The chains, JSON.</summary>
    public required string Chains { get; set; }
}
