namespace Longhaul.Storage.Stores;

/// <summary>How a directory gives a finished file its name without ever replacing another.</summary>
/// <remarks>Tried in this order until the file system knows one. Written to <c>repository.json</c>: numbers stay.</remarks>
public enum PlacementMethod
{
    /// <summary>renameat2 with RENAME_NOREPLACE: one step.</summary>
    Rename = 1,

    /// <summary>A second name by link, then the first is removed: exclusive, also between hosts.</summary>
    Link = 2,

    /// <summary>Look and rename under a lock on the folder: exclusive between processes of one host only.</summary>
    LockedRename = 3,
}
