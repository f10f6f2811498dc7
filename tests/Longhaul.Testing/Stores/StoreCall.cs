namespace Longhaul.Testing.Stores;

/// <summary>A member of a store or its writer that can fail or be cut off.</summary>
public enum StoreCall
{
    /// <summary>The three listings.</summary>
    List = 1,

    /// <summary>The length of an object.</summary>
    GetLength = 2,

    /// <summary>Reading a range of an object.</summary>
    Read = 3,

    /// <summary>Putting a small object.</summary>
    Put = 4,

    /// <summary>Beginning an object.</summary>
    Create = 5,

    /// <summary>Going on with one.</summary>
    Reopen = 6,

    /// <summary>Deleting an object.</summary>
    Delete = 7,

    /// <summary>Asking for room.</summary>
    GetCapacity = 8,

    /// <summary>Appending to an object.</summary>
    Write = 9,

    /// <summary>Reading back from a writer.</summary>
    ReadBack = 10,

    /// <summary>Flushing an object.</summary>
    Flush = 11,

    /// <summary>Completing an object.</summary>
    Complete = 12,
}
