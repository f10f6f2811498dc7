namespace Longhaul.Core.Jobs;

/// <summary>How hard blocks are compressed.</summary>
public enum CompressionLevel
{
    /// <summary>Chosen for the place: a backup takes <see cref="Default"/>; a copy takes blocks over as the source
    /// compressed them, where it can, and else <see cref="Default"/> too.</summary>
    Auto = 0,

    /// <summary>Blocks are stored as they are.</summary>
    None = 1,

    /// <summary>zstd 1.</summary>
    Fast = 2,

    /// <summary>zstd 3.</summary>
    Default = 3,

    /// <summary>zstd 9.</summary>
    High = 4,
}
