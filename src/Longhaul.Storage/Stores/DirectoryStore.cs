using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>Keeps objects as files under a directory.</summary>
/// <remarks>
/// <para>An object is a file of its name. A put writes a hidden file beside it, flushes it, gives it its name by a call
/// that never replaces, and flushes the folder and every folder made on the way. An unfinished object is
/// <c>NAME.part</c>, locked while its writer lives. Every flush's result is checked.</para>
/// <para>Below the top no symbolic link is followed: store.access-denied. Files whose names
/// <see cref="ObjectNames"/> refuses are not objects and are left alone.</para>
/// <para>The directory is never made by use: <see cref="CreateDirectoryAsync"/> does that. When it is
/// gone, or another lies in its place (an unmounted disk), every call throws store.unreachable.</para>
/// <para>Where the system says of one file that it cannot be read, and gives something else from the same device, that is
/// data.unreadable; where it gives nothing any more, store.io.</para>
/// <para>After a store.io out of a flush of the folder the object may be visible and yet not durable; trust it only
/// after something in that folder was put without an error.</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread; so may several instances in several
/// processes.</threadsafety>
public sealed partial class DirectoryStore : IRepositoryStore
{
    private readonly DirectoryTree _tree;
    private readonly FilePlacement _placement;

    /// <summary>Uses a directory that should be there; it is not looked at before the first call.</summary>
    /// <param name="path">Absolute or relative to the current directory. Links in it are followed.</param>
    /// <param name="placement">The first way to try of giving a file its name, as a probe found it.</param>
    public DirectoryStore(string path, PlacementMethod placement = PlacementMethod.Rename)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Location = Path.GetFullPath(path);
        _tree = new DirectoryTree(Location);
        _placement = new FilePlacement(placement);
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public long BestSegmentSize { get; init; } = 1L << 30;

    /// <summary>How files are given their names here, as far as is known by now.</summary>
    public PlacementMethod Placement => _placement.Method;

    /// <summary>Makes the directory, and its parents, durably; one that is there stays as it is.</summary>
    /// <param name="path">Absolute or relative to the current directory.</param>
    /// <param name="cancellationToken">Cancels the call; some of the directories may then be there.</param>
    /// <returns>The store in it.</returns>
    /// <exception cref="LonghaulException">store.access-denied, store.no-space, store.io.</exception>
    public static async Task<DirectoryStore> CreateDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        var store = new DirectoryStore(path);
        await store
            .RunAsync(
                "",
                () =>
                {
                    MakeWithParents(store.Location);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return store;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        WalkAsync(folder, static listing => listing.Finished, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        WalkAsync(folder, static listing => listing.Unfinished, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        var listing = await ReadFolderAsync(folder, cancellationToken).ConfigureAwait(false);
        foreach (var name in listing.Folders.Select(DirectoryTree.LeafOf).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return name;
        }
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        return RunAsync(name, () => GetLength(name), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return RunAsync(name, () => Read(name, offset, destination), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalid(name);
        return RunAsync(name, () => PutIfAbsent(name, content.Span), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        return RunAsync<IObjectWriter>(name, () => Create(name), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return RunAsync<IObjectWriter?>(name, () => Reopen(name, length), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        return RunAsync(name, () => Delete(name), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        RunAsync<StoreCapacity?>(
            "",
            () =>
            {
                _tree.OpenTop().Dispose();
                var drive = new DriveInfo(Location);
                return new StoreCapacity(drive.AvailableFreeSpace, drive.TotalSize);
            },
            cancellationToken
        );

    /// <summary>Runs a blocking call on the thread pool.</summary>
    /// <param name="name">The object it is about, for its error; empty for the store itself.</param>
    /// <param name="call">Throws <see cref="PosixException"/> where the system refuses.</param>
    /// <param name="cancellationToken">Cancels before the call begins; a call under way goes on to its end.</param>
    /// <exception cref="LonghaulException">store.*: the call threw a <see cref="PosixException"/>.</exception>
    internal async ValueTask<T> RunAsync<T>(string name, Func<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(call, cancellationToken).ConfigureAwait(false);
        }
        catch (PosixException cause)
        {
            throw StoreFailure.From(cause, Location, name);
        }
    }

    private static void MakeWithParents(string path)
    {
        if (PosixFolder.Open(path) is { } there)
        {
            there.Dispose();
            return;
        }

        var parentPath = Path.GetDirectoryName(path) ?? throw new PosixException("mkdir", path, Libc.ENOENT);
        MakeWithParents(parentPath);
        using var parent = PosixFolder.Open(parentPath) ?? throw new PosixException("open", parentPath, Libc.ENOENT);
        if (!parent.CreateFolder(Path.GetFileName(path)))
        {
            throw new PosixException("mkdir", path, Libc.ENOENT);
        }

        parent.Sync();
    }

    private ValueTask<FolderListing> ReadFolderAsync(string folder, CancellationToken cancellationToken) =>
        RunAsync(
            folder,
            () =>
            {
                using var opened = _tree.Open(folder);
                return opened is null ? FolderListing.Empty : FolderListing.Read(opened, folder);
            },
            cancellationToken
        );

    private async IAsyncEnumerable<StoredObject> WalkAsync(
        string folder,
        Func<FolderListing, IEnumerable<StoredObject>> objectsOf,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        var pending = new Stack<StoredObject>();
        pending.Push(new StoredObject(folder, 0));
        while (pending.TryPop(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (next.Name.Length > 0 && next.Name[^1] != '/')
            {
                yield return next;
                continue;
            }

            // With its slash a folder's name sorts among the objects' where the names below it do.
            var listing = await ReadFolderAsync(next.Name, cancellationToken).ConfigureAwait(false);
            var items = objectsOf(listing).Concat(listing.Folders.Select(name => new StoredObject(name, 0)));
            foreach (var item in items.OrderByDescending(item => item.Name, StringComparer.Ordinal))
            {
                pending.Push(item);
            }
        }
    }
}
