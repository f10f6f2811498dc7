namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>A repository, as a row.</summary>
internal sealed class RepositoryRow
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; set; }

    /// <summary>Unique.</summary>
    public required string Name { get; set; }

    /// <summary>Path or URL.</summary>
    public required string Location { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public required long AddedAt { get; set; }

    /// <summary>What the probe found, JSON; null when not probed.</summary>
    public string? Traits { get; set; }
}
