namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>A remembered log head, as a row.</summary>
internal sealed class LogHeadRow
{
    /// <summary>32 hex digits.</summary>
    public required string InstanceId { get; set; }

    /// <summary>The record's number.</summary>
    public required long Number { get; set; }

    /// <summary>32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Generation of the newest list key that was opened; 0 for none.</summary>
    public required int KeyGeneration { get; set; }

    /// <summary>That key's check value, 32 hex digits; null for none.</summary>
    public string? KeyCheck { get; set; }
}
