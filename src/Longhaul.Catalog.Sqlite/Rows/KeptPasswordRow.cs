namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>A kept password, as a row. Either the job or the two others are given.</summary>
internal sealed class KeptPasswordRow
{
    /// <summary>32 hex digits; empty when it is for a backup.</summary>
    public required string JobId { get; set; }

    /// <summary>32 hex digits; empty when it is for a job.</summary>
    public required string RepositoryId { get; set; }

    /// <summary>32 hex digits; empty when it is for a job.</summary>
    public required string BackupId { get; set; }

    /// <summary>The password, sealed under the home's key file.</summary>
    public required byte[] Sealed { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public required long KeptAt { get; set; }
}
