using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>What lies directly in one folder of a <see cref="DirectoryStore"/>.</summary>
/// <param name="Finished">Objects by their whole names.</param>
/// <param name="Unfinished">Objects that a writer began, by the whole names they will have.</param>
/// <param name="Folders">Whole names ending in a slash.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record FolderListing(
    IReadOnlyList<StoredObject> Finished,
    IReadOnlyList<StoredObject> Unfinished,
    IReadOnlyList<string> Folders
)
{
    /// <summary>The listing of a folder that is not there.</summary>
    public static FolderListing Empty { get; } = new([], [], []);

    /// <summary>Reads a folder; passes over links, devices and names that are no object's.</summary>
    /// <param name="folder">Not read before.</param>
    /// <param name="prefix">Its name in the store: empty, or ending in a slash.</param>
    public static FolderListing Read(PosixFolder folder, string prefix)
    {
        var finished = new Dictionary<string, long>(StringComparer.Ordinal);
        var unfinished = new Dictionary<string, long>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in folder.Entries())
        {
            var isPart = entry.EndsWith(ObjectNames.UnfinishedSuffix, StringComparison.Ordinal);
            var name = prefix + (isPart ? entry[..^ObjectNames.UnfinishedSuffix.Length] : entry);
            if (!ObjectNames.IsValid(name) || folder.Find(entry) is not { } status)
            {
                continue;
            }

            if (status.IsFile)
            {
                (isPart ? unfinished : finished)[name] = status.Length;
            }
            else if (status.IsFolder && !isPart)
            {
                folders.Add(name + "/");
            }
        }

        // Both names at once: a completion that linked and then crashed. The object is finished.
        return new FolderListing(
            [.. finished.Select(pair => new StoredObject(pair.Key, pair.Value))],
            [
                .. unfinished
                    .Where(pair => !finished.ContainsKey(pair.Key))
                    .Select(pair => new StoredObject(pair.Key, pair.Value)),
            ],
            [.. folders]
        );
    }
}
