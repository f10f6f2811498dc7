using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Passwords;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Repositories;

/// <summary>A repository that answers, and the backups in it.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class OpenRepository
{
    private const int MaxDescriptorSize = 1 << 20;

    private readonly Keyring _keyring;
    private readonly TimeProvider _clock;
    private readonly IRepositoryStore _store;
    private readonly IFarSide? _far;

    private OpenRepository(RepositoryEntry entry, RepositoryStore place, Keyring keyring, TimeProvider clock)
    {
        _keyring = keyring;
        Entry = entry;
        _store = place.Store;
        _far = place.Far;
        OnlyAdds = place.OnlyAdds;
        _clock = clock;
    }

    /// <summary>The repository as the catalog knows it.</summary>
    public RepositoryEntry Entry { get; }

    /// <summary>Whether this machine may only add to what is there: its runs remove nothing, and free nothing.</summary>
    public bool OnlyAdds { get; }

    /// <summary>Its store, from the top down.</summary>
    public IObjectStore Store => _store;

    /// <summary>Opens a repository and makes sure that it is the one that was added.</summary>
    /// <param name="entry">The repository.</param>
    /// <param name="place">Its store; stays the caller's.</param>
    /// <param name="keyring">Opens encrypted backups in it.</param>
    /// <param name="clock">For records written through it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store.unreachable: it is not there, or another lies in its place.</exception>
    public static async Task<OpenRepository> OpenAsync(
        RepositoryEntry entry,
        RepositoryStore place,
        Keyring keyring,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(place);
        var bytes = await place
            .Store.ReadWholeAsync(BackupNames.Repository, MaxDescriptorSize, cancellationToken)
            .ConfigureAwait(false);
        if (bytes is null || RepositoryDescriptor.Decode(BackupNames.Repository, bytes).Id != entry.Id)
        {
            throw Errors.StoreUnreachable(entry.Location);
        }

        return new OpenRepository(entry, place, keyring, clock);
    }

    /// <summary>Opens a place that no catalog knows, to make a seed in; one that is no repository yet becomes one.</summary>
    /// <param name="path">Absolute path; made with its parents when it is missing.</param>
    /// <param name="segmentSize">The size at which segments are sealed there, in bytes.</param>
    /// <param name="keyring">Opens encrypted backups in it.</param>
    /// <param name="clock">For records written through it.</param>
    /// <param name="cancellationToken">Cancels the call; the place may then be there.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported; store errors.</exception>
    internal static async Task<OpenRepository> OpenOrMakeAsync(
        string path,
        long segmentSize,
        Keyring keyring,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var made = await DirectoryStore.CreateDirectoryAsync(path, cancellationToken).ConfigureAwait(false);
        var abilities = await StoreProbe.RunAsync(made, cancellationToken).ConfigureAwait(false);
        var store = new DirectoryStore(path, abilities.Placement) { BestSegmentSize = segmentSize };
        var fresh = new RepositoryDescriptor(
            RepositoryId.New(),
            FormatVersion.Current,
            clock.GetUtcNow(),
            new Dictionary<string, string>()
        );
        await store.PutIfAbsentAsync(BackupNames.Repository, fresh.Encode(), cancellationToken).ConfigureAwait(false);
        var bytes =
            await store
                .ReadWholeAsync(BackupNames.Repository, MaxDescriptorSize, cancellationToken)
                .ConfigureAwait(false)
            ?? throw Errors.StoreUnreachable(path);
        var id = RepositoryDescriptor.Decode(BackupNames.Repository, bytes).Id;
        var entry = new RepositoryEntry(id, Path.GetFileName(path), path, clock.GetUtcNow(), Traits: null);
        return new OpenRepository(entry, new RepositoryStore(store), keyring, clock);
    }

    /// <summary>One folder's content.</summary>
    /// <param name="name">The folder's name.</param>
    public IObjectStore Folder(string name) => new FolderStore(Store, name + "/");

    /// <summary>Opens the backup in a folder; an encrypted one stays locked when no password that was given or is kept opens it.</summary>
    /// <param name="name">The folder's name.</param>
    /// <param name="wire">The way to it; null for the target's own side, where nothing is counted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the folder is no backup.</returns>
    /// <exception cref="LonghaulException">data errors, format.unsupported, store errors.</exception>
    public async ValueTask<OpenBackup?> OpenBackupAsync(string name, Wire? wire, CancellationToken cancellationToken)
    {
        var store = wire?.Around(Folder(name)) ?? Folder(name);
        var folder = await BackupFolder
            .OpenAsync(store, name, list => _keyring.Open(list, Entry.Id), _clock, cancellationToken)
            .ConfigureAwait(false);
        if (folder is null)
        {
            return null;
        }

        folder.LockedRemark = folder.IsLocked ? _keyring.RemarkOn(folder.Descriptor.Id, Entry.Id) : null;
        return new OpenBackup(folder, Entry.Id, Entry.Name, wire?.Near, _far);
    }

    /// <summary>Opens a backup as the target's side sees it, for work that is its own: nothing is counted. Where that side is across
    /// a line, what it reads here does cross it, and counts.</summary>
    /// <param name="name">The folder's name.</param>
    /// <param name="wire">The way to it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.not-found; data and store errors.</exception>
    internal async ValueTask<OpenBackup> OpenTargetSideAsync(
        string name,
        Wire wire,
        CancellationToken cancellationToken
    ) =>
        await OpenBackupAsync(name, _far is null ? null : wire, cancellationToken).ConfigureAwait(false)
        ?? throw Errors.BackupNotFound(name);

    /// <summary>Lists the folders in the repository, backups or not.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Names in ordinal order.</returns>
    public async ValueTask<IReadOnlyList<string>> ListFoldersAsync(CancellationToken cancellationToken) =>
        await Store.ListFoldersAsync("", cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Lists all that lies directly in a folder, also what is no backup's and has names that no backup has.</summary>
    /// <param name="folder">Empty for the top, or names out of earlier listings, each with a slash behind it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By name, in ordinal order; empty when there is no such folder.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal ValueTask<IReadOnlyList<FolderEntry>> ListEntriesAsync(
        string folder,
        CancellationToken cancellationToken
    ) => _store.ListEntriesAsync(folder, cancellationToken);

    /// <summary>Looks for the folder of an instance, under whatever name.</summary>
    /// <param name="backup">The backup's id.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The first folder that is it, or cannot be read and so may be it; null when there is none.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<string?> FindInstanceAsync(
        BackupId backup,
        InstanceId instance,
        CancellationToken cancellationToken
    )
    {
        foreach (var name in await ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var file = await Folder(name)
                    .ReadWholeAsync(BackupNames.Backup, MaxDescriptorSize, cancellationToken)
                    .ConfigureAwait(false);
                if (file is null || BackupDescriptor.Decode(BackupNames.Backup, file).Id != backup)
                {
                    continue;
                }

                using var folder = await BackupFolder
                    .OpenAsync(Folder(name), name, open: null, _clock, cancellationToken)
                    .ConfigureAwait(false);
                if (folder?.Instance == instance)
                {
                    return name;
                }
            }
            catch (LonghaulException error) when (IsUnreadable(error))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Whether an error says that a folder is a backup that cannot be read.</summary>
    /// <param name="error">What opening it threw.</param>
    internal static bool IsUnreadable(LonghaulException error) =>
        error.Code is "data.damaged" or "data.missing" or "data.unreadable" or "format.unsupported";
}
