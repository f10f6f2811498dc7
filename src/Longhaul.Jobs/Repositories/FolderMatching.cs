using Longhaul.Catalog.Backups;

namespace Longhaul.Jobs.Repositories;

/// <summary>A folder that was found to be a backup.</summary>
/// <param name="Folder">Its name.</param>
/// <param name="BackupId">The backup's id.</param>
/// <param name="InstanceId">Which of its copies it is.</param>
/// <param name="IsAtHome">Whether it was made, or last continued, in this repository.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record FoundFolder(string Folder, BackupId BackupId, InstanceId InstanceId, bool IsAtHome);

/// <summary>Tells which of the folders in a repository are those that the catalog knows: a pure function.</summary>
/// <remarks>Instances are what is compared, never names: a folder may have been renamed, and another put in its place. Where
/// it cannot be told which of several is the one that was known, none is.</remarks>
/// <param name="Known">Folders that are what the catalog knows under their name.</param>
/// <param name="Moved">By its new name, what the catalog knows under the name that a folder had before.</param>
/// <param name="Arrived">Folders that the catalog does not know.</param>
/// <param name="Vanished">What the catalog knows and no folder is any more.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record FolderMatching(
    IReadOnlySet<string> Known,
    IReadOnlyDictionary<string, BackupEntry> Moved,
    IReadOnlyList<string> Arrived,
    IReadOnlyList<BackupEntry> Vanished
)
{
    /// <summary>Matches.</summary>
    /// <param name="known">What the catalog knows in this repository.</param>
    /// <param name="found">Folders that are backups and can be read.</param>
    /// <param name="others">Names of folders that may be backups and cannot be read: what is known of them stays.</param>
    internal static FolderMatching Of(
        IReadOnlyList<BackupEntry> known,
        IReadOnlyList<FoundFolder> found,
        IReadOnlySet<string> others
    )
    {
        var byFolder = known.ToDictionary(entry => entry.Folder, StringComparer.Ordinal);
        var same = found.Where(folder => IsSame(byFolder.GetValueOrDefault(folder.Folder), folder)).ToList();
        var names = same.Select(folder => folder.Folder).ToHashSet(StringComparer.Ordinal);
        var free = known.Where(entry => !names.Contains(entry.Folder) && !others.Contains(entry.Folder)).ToList();
        var moved = new Dictionary<string, BackupEntry>(StringComparer.Ordinal);
        var arrived = new List<string>();
        foreach (var group in found.Except(same).GroupBy(folder => folder.InstanceId))
        {
            var before = free.Where(entry => entry.InstanceId == group.Key).ToList();
            if (before.Count == 1 && group.Count() == 1 && same.TrueForAll(folder => folder.InstanceId != group.Key))
            {
                moved.Add(group.Single().Folder, before[0]);
                free.Remove(before[0]);
            }
            else
            {
                arrived.AddRange(group.Select(folder => folder.Folder));
            }
        }

        // A copy that was continued where it lies is another instance from then on, and still what was there.
        var lying = found.ToDictionary(folder => folder.Folder, StringComparer.Ordinal);
        var instances = found.Select(folder => folder.InstanceId).ToHashSet();
        foreach (
            var entry in free.Where(entry =>
                    arrived.Contains(entry.Folder)
                    && lying[entry.Folder].BackupId == entry.BackupId
                    && lying[entry.Folder].IsAtHome
                    && !instances.Contains(entry.InstanceId)
                )
                .ToList()
        )
        {
            names.Add(entry.Folder);
            arrived.Remove(entry.Folder);
            free.Remove(entry);
        }

        return new FolderMatching(names, moved, [.. arrived.Order(StringComparer.Ordinal)], free);
    }

    /// <summary>Whether a folder is what is known under its name: the same instance, or one that could not be read before.</summary>
    private static bool IsSame(BackupEntry? known, FoundFolder folder) =>
        known is not null && (known.InstanceId.IsEmpty || known.InstanceId == folder.InstanceId);
}
