using System.Collections.Concurrent;
using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>The folders of a <see cref="DirectoryStore"/>: finds them, makes them durably, and removes empty ones.</summary>
/// <remarks>
/// <para>The top is opened anew for every call and must be the one first seen: after an unmount, what lies under the
/// mount point is another folder, and writing there would look like success.</para>
/// <para>Memory: one entry for each folder written to.</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
internal sealed class DirectoryTree(string path)
{
    /// <summary>First characters of the file that a put writes before it gets its name.</summary>
    public const string TemporaryPrefix = ".tmp-";

    /// <summary>How often something is made again that a neighbour removes: enough for any real one, and an end.</summary>
    public const int MaxAttempts = 1000;

    private readonly ConcurrentDictionary<string, FileIdentity> _durable = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private FileIdentity? _top;

    /// <summary>Opens the top.</summary>
    /// <exception cref="LonghaulException">store.unreachable: it is gone, or another one lies in its place.</exception>
    public PosixFolder OpenTop()
    {
        var top = PosixFolder.Open(path) ?? throw Errors.StoreUnreachable(path);
        var identity = top.Status.Identity;
        lock (_lock)
        {
            _top ??= identity;
            if (_top == identity)
            {
                return top;
            }
        }

        top.Dispose();
        throw Errors.StoreUnreachable(path, new IOException($"another folder lies at {path} than before"));
    }

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">Empty for the top, or a folder's name ending in a slash.</param>
    /// <returns>Null when there is no such folder.</returns>
    public PosixFolder? Open(string folder)
    {
        var current = OpenTop();
        foreach (var part in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var parent = current;
            if (parent.OpenFolder(part) is not { } next)
            {
                return null;
            }

            current = next;
        }

        return current;
    }

    /// <summary>Opens a folder to write in, making it and its parents; all of them are durable then.</summary>
    /// <param name="folder">Empty for the top, or a folder's name ending in a slash.</param>
    /// <remarks>A neighbour may remove an empty folder at any time before a file is in it: the caller whose
    /// <see cref="PosixFolder.CreateFile"/> says ENOENT asks again.</remarks>
    public PosixFolder OpenForWriting(string folder)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (TryOpenForWriting(folder) is { } opened)
            {
                return opened;
            }
        }

        throw RemovedTooFast(Path.Combine(path, folder));
    }

    /// <summary>Makes the removal of a file durable, and removes folders that became empty by it, up to the top.</summary>
    /// <param name="folder">Where the file was: empty for the top, or a folder's name ending in a slash.</param>
    public void PruneAndSync(string folder)
    {
        while (folder.Length > 0 && TryRemove(folder))
        {
            folder = ParentOf(folder);
        }

        // Null: a neighbour went on removing; whatever is gone with the folder cannot come back without it.
        using var survivor = Open(folder) ?? OpenTop();
        survivor.Sync();
    }

    /// <summary>The error of who gave up after <see cref="MaxAttempts"/>.</summary>
    public static LonghaulException RemovedTooFast(string what) =>
        Errors.StoreIo(what, new IOException("what is made there is removed at once"));

    /// <summary>The folder that holds an object or a folder; empty for the top, else ending in a slash.</summary>
    public static string ParentOf(string name) => name[..(name.AsSpan().TrimEnd('/').LastIndexOf('/') + 1)];

    /// <summary>The last part of an object's or a folder's name, without a slash.</summary>
    public static string LeafOf(string name) => name[ParentOf(name).Length..].TrimEnd('/');

    private PosixFolder? TryOpenForWriting(string folder)
    {
        var current = OpenTop();
        var name = "";
        KnowDurable(name, current, parent: null);
        foreach (var part in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var parent = current;
            var next = parent.OpenFolder(part);
            if (next is null && parent.CreateFolder(part))
            {
                next = parent.OpenFolder(part);
            }

            if (next is null)
            {
                return parent.Find(part) is { IsFolder: false }
                    ? throw new IOException($"'{name}{part}' is an object; nothing can be put below it.")
                    : null;
            }

            name = $"{name}{part}/";
            current = next;
            KnowDurable(name, current, parent);
        }

        return current;
    }

    // Whoever made the folder may not have flushed its parent yet, and may die before he does. So the first to use it
    // here flushes, once for each folder; the birth time tells a folder from a later one with its inode number.
    private void KnowDurable(string name, PosixFolder folder, PosixFolder? parent)
    {
        var identity = folder.Status.Identity;
        if (_durable.TryGetValue(name, out var known) && known == identity)
        {
            return;
        }

        try
        {
            parent?.Sync();
            RemoveAbandoned(folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        _durable[name] = identity;
    }

    /// <summary>Removes what puts of dead processes left; those of living ones are locked.</summary>
    private static void RemoveAbandoned(PosixFolder folder)
    {
        var temporary = folder.Entries().Where(IsTemporary).ToList();
        foreach (var name in temporary)
        {
            using var file = folder.OpenFile(name, writable: true);
            if (file?.TryLock() == true)
            {
                // Somebody else may have been faster; either way it is gone.
                folder.Unlink(name);
            }
        }
    }

    private bool TryRemove(string folder)
    {
        using (var opened = Open(folder))
        {
            if (opened is not null && opened.Entries().All(IsTemporary))
            {
                using var again = Open(folder);
                if (again is not null)
                {
                    RemoveAbandoned(again);
                }
            }
        }

        using var parent = Open(ParentOf(folder));
        return parent is null || parent.RemoveFolder(LeafOf(folder)) is 0 or Libc.ENOENT;
    }

    private static bool IsTemporary(string name) => name.StartsWith(TemporaryPrefix, StringComparison.Ordinal);
}
