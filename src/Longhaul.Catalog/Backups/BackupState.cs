namespace Longhaul.Catalog.Backups;

/// <summary>How a backup stands, as <c>backup show</c> says it.</summary>
public enum BackupState
{
    /// <summary>A job writes to it.</summary>
    Owned = 1,

    /// <summary>Its job left it.</summary>
    Ownerless = 2,

    /// <summary>It was carried here and found by a rescan; an owner it names counts elsewhere.</summary>
    Imported = 3,

    /// <summary>It is encrypted and no password is known.</summary>
    Locked = 4,

    /// <summary>Something that a point needs is missing or damaged.</summary>
    Incomplete = 5,
}
