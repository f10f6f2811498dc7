using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Seeding;

/// <summary>A folder with files of a carried seed, named as in the backup's folder.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Store">Its content.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedPart(string Path, IObjectStore Store)
{
    /// <summary>A folder in a directory.</summary>
    /// <param name="path">Its path.</param>
    public static SeedPart At(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        return new(full, new DirectoryStore(full));
    }

    /// <summary>Path of a file, for people.</summary>
    /// <param name="name">The file's name, from the backup folder down.</param>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
