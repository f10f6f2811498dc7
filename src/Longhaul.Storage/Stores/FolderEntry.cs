namespace Longhaul.Storage.Stores;

/// <summary>Something that lies directly in a folder, whatever it is called.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Kind">What it is.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FolderEntry(string Name, FolderEntryKind Kind);

/// <summary>What lies in a folder.</summary>
public enum FolderEntryKind
{
    /// <summary>A folder.</summary>
    Folder = 1,

    /// <summary>A regular file.</summary>
    File = 2,

    /// <summary>A symbolic link, which no store follows.</summary>
    Link = 3,

    /// <summary>A device, a pipe or a socket.</summary>
    Other = 4,
}
