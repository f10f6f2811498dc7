namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>An announced full, as a row.</summary>
internal sealed class AnnouncedFullRow
{
    /// <summary>The job, 32 hex digits.</summary>
    public required string JobId { get; set; }

    /// <summary>The machine, 32 hex digits.</summary>
    public required string MachineId { get; set; }

    /// <summary>Why the full is needed.</summary>
    public required string Reason { get; set; }

    /// <summary>Bytes said to be sent; null when no number was shown.</summary>
    public long? Bytes { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public required long AnnouncedAt { get; set; }
}
