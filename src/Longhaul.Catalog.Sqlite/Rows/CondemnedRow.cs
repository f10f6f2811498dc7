namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>The first sighting of a condemning record, as a row.</summary>
internal sealed class CondemnedRow
{
    /// <summary>32 hex digits.</summary>
    public required string InstanceId { get; set; }

    /// <summary>The record's number.</summary>
    public required long RecordNumber { get; set; }

    /// <summary>The boot.</summary>
    public required string BootId { get; set; }

    /// <summary>Ticks of 100 ns on the boot-time clock.</summary>
    public required long BootTime { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public required long SeenAt { get; set; }
}
