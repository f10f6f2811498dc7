using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>Finds out what the file system under a directory can; leaves nothing behind.</summary>
/// <remarks>Works in a folder of its own, in hidden names that no store lists. What a crash in mid-probe leaves is
/// removed by the next probe.</remarks>
public static partial class StoreProbe
{
    private const string FolderPrefix = ".probe-";

    /// <summary>Probes a directory that is there.</summary>
    /// <param name="store">The store in it.</param>
    /// <param name="cancellationToken">Cancels before the probe begins.</param>
    /// <exception cref="LonghaulException">store.unreachable, store.access-denied, store.no-space; store.io: also where
    /// the folder cannot be flushed, for then nothing put there is sure.</exception>
    public static async Task<StoreAbilities> RunAsync(DirectoryStore store, CancellationToken cancellationToken)
    {
        var capacity = await store.GetCapacityAsync(cancellationToken).ConfigureAwait(false);
        var obstacle = await store.Protection.FindObstacleAsync(cancellationToken).ConfigureAwait(false);
        var found = await store.RunAsync("", () => Probe(store.Location), cancellationToken).ConfigureAwait(false);
        return found with { Capacity = capacity, ProtectionObstacle = obstacle };
    }

    private static StoreAbilities Probe(string path) =>
        TryIn(
            path,
            folder => new StoreAbilities
            {
                Placement = PlacementIn(folder),
                HasLocks = HasLocks(folder),
                IsCaseSensitive = IsCaseSensitive(folder),
                TakesLongestNames = TakesLongestNames(folder),
            }
        );

    /// <summary>Tries something in a folder of its own, and removes it.</summary>
    private static T TryIn<T>(string path, Func<PosixFolder, T> probe)
    {
        using var top = PosixFolder.Open(path) ?? throw Errors.StoreUnreachable(path);
        foreach (var old in top.Entries().Where(IsProbe).ToList())
        {
            Remove(top, old);
        }

        var name = $"{FolderPrefix}{Guid.NewGuid():N}";
        if (!top.CreateFolder(name))
        {
            throw Errors.StoreUnreachable(path);
        }

        try
        {
            using var folder = top.OpenFolder(name) ?? throw Errors.StoreUnreachable(path);
            top.Sync();
            return probe(folder);
        }
        finally
        {
            Remove(top, name);
            top.Sync();
        }
    }

    // Not only whether the call is known: some network file systems take the flag and replace all the same.
    private static PlacementMethod PlacementIn(PosixFolder folder)
    {
        foreach (var method in (PlacementMethod[])[PlacementMethod.Rename, PlacementMethod.Link])
        {
            var placement = new FilePlacement(method);
            Make(folder, "first").Dispose();
            Make(folder, "second").Dispose();
            var isPlaced = placement.Place(folder, "first", $"taken-{method}") == 0;
            var isRefused = placement.Place(folder, "second", $"taken-{method}") == Libc.EEXIST;
            folder.Unlink("second");
            if (isPlaced && isRefused && placement.Method == method)
            {
                return method;
            }
        }

        return PlacementMethod.LockedRename;
    }

    private static bool HasLocks(PosixFolder folder)
    {
        using var first = Make(folder, "locked");
        if (first.TryLock() != true)
        {
            return false;
        }

        using var second = folder.OpenFile("locked", writable: true);
        return second?.TryLock() == false;
    }

    private static bool IsCaseSensitive(PosixFolder folder)
    {
        Make(folder, "case").Dispose();
        return folder.Find("CASE") is null;
    }

    private static bool TakesLongestNames(PosixFolder folder)
    {
        // All characters that a name may have, the space inside, and what an unfinished object adds.
        const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- .x";
        var name = Characters.PadRight(ObjectNames.MaxPartLength, 'n') + ObjectNames.UnfinishedSuffix;
        try
        {
            if (folder.CreateFile(name, out var file) != 0)
            {
                return false;
            }

            file!.Dispose();
            return folder.Entries().Contains(name, StringComparer.Ordinal);
        }
        catch (PosixException refusal) when (refusal.Error is Libc.ENAMETOOLONG or Libc.EINVAL)
        {
            return false;
        }
    }

    private static PosixFile Make(PosixFolder folder, string name)
    {
        folder.CreateFile(name, out var file);
        return file ?? throw new PosixException("create", Path.Combine(folder.Path, name), Libc.EEXIST);
    }

    private static bool IsProbe(string name) => name.StartsWith(FolderPrefix, StringComparison.Ordinal);

    private static void Remove(PosixFolder top, string name)
    {
        using (var folder = top.OpenFolder(name))
        {
            foreach (var file in folder?.Entries().ToList() ?? [])
            {
                Release(folder!, file);
                folder!.Unlink(file);
            }
        }

        var error = top.RemoveFolder(name);
        if (error is not (0 or Libc.ENOENT))
        {
            throw new PosixException("rmdir", Path.Combine(top.Path, name), error);
        }
    }
}
