namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>A job, as a row.</summary>
internal sealed class JobRow
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; set; }

    /// <summary>Unique; also in the definition.</summary>
    public required string Name { get; set; }

    /// <summary>The definition, JSON.</summary>
    public required string Definition { get; set; }
}
