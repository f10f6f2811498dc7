namespace Longhaul.Catalog.Sqlite.Rows;

/// <summary>A machine, as a row.</summary>
internal sealed class MachineRow
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; set; }

    /// <summary>Unique.</summary>
    public required string Name { get; set; }

    /// <summary>The disks, JSON.</summary>
    public required string Disks { get; set; }
}
