namespace Longhaul.Storage.Stores;

/// <content>What lies there that is no object: for people, who put it there.</content>
public sealed partial class DirectoryStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FolderEntry>> ListEntriesAsync(string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        // The system ends a name at its first zero: what looks like another name here is "..".
        if (folder.Contains('\0', StringComparison.Ordinal) || folder.Split('/').Any(part => part is "." or ".."))
        {
            throw new ArgumentException($"'{folder}' may lead out of the store.", nameof(folder));
        }

        return RunAsync<IReadOnlyList<FolderEntry>>(folder, () => ListEntries(folder), cancellationToken);
    }

    private List<FolderEntry> ListEntries(string folder)
    {
        using var opened = _tree.Open(folder);
        var entries = new List<FolderEntry>();
        foreach (var name in opened?.Entries() ?? [])
        {
            if (
                !name.StartsWith(DirectoryTree.TemporaryPrefix, StringComparison.Ordinal)
                && opened!.Find(name) is { } status
            )
            {
                var kind = status switch
                {
                    { IsFolder: true } => FolderEntryKind.Folder,
                    { IsFile: true } => FolderEntryKind.File,
                    { IsLink: true } => FolderEntryKind.Link,
                    _ => FolderEntryKind.Other,
                };
                entries.Add(new FolderEntry(name, kind));
            }
        }

        entries.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return entries;
    }
}
