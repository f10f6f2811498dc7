namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>Where a point is listed, as a row: finds points by the beginning of their ids.</summary>
internal sealed class PointRow
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; set; }

    /// <summary>The repository, 32 hex digits.</summary>
    public required string RepositoryId { get; set; }

    /// <summary>The backup's folder.</summary>
    public required string Folder { get; set; }

    /// <summary>The machine, 32 hex digits.</summary>
    public required string MachineId { get; set; }
}
