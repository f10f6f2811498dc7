namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>What was verified of a backup, as a row.</summary>
internal sealed class VerificationRow
{
    /// <summary>32 hex digits.</summary>
    public required string InstanceId { get; set; }

    /// <summary>The repository, 32 hex digits.</summary>
    public required string RepositoryId { get; set; }

    /// <summary>By content, a JSON array.</summary>
    public required string Contents { get; set; }

    /// <summary>By checksum, a JSON array.</summary>
    public required string Checksums { get; set; }
}
