using Longhaul.Format.Descriptors;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>Holds peers who may append and not delete to adding: nothing that they put into a backup's log takes anything away,
/// or keeps others from reading what is there.</summary>
/// <remarks>Whoever has taken over a source has its certificate and its passwords. What lies here is to survive that.</remarks>
/// <param name="clock">For opening backups.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class AppendGuard(TimeProvider clock)
{
    private const int LongestDescriptor = 1 << 20;

    /// <summary>Checks an object that is to be put.</summary>
    /// <param name="store">The repository.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">All of it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="MoverRefusal">ONLY_ADDS.</exception>
    internal async ValueTask CheckPutAsync(
        IRepositoryStore store,
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        if (!IsInLog(name, out var backup))
        {
            return;
        }

        var record = name[(backup.Length + 1)..];
        var before = await StateOfAsync(store, backup, cancellationToken).ConfigureAwait(false);
        if (BackupNames.TryParseRecord(record, out var number) && number <= before.Number)
        {
            // The name is taken: the store will say so.
            return;
        }

        var here = await HereAsync(store, cancellationToken).ConfigureAwait(false);
        if (AppendRules.FindTaking(before, record, content, here) is { } taking)
        {
            throw new MoverRefusal(Failure.Types.Code.OnlyAdds, taking);
        }
    }

    /// <summary>Checks the name of an object that is to be written piece by piece: records are not.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="MoverRefusal">ONLY_ADDS.</exception>
    internal static void CheckCreate(string name)
    {
        if (IsInLog(name, out _))
        {
            throw new MoverRefusal(Failure.Types.Code.OnlyAdds, "a record is put whole");
        }
    }

    /// <summary>Whether something is no part of any restore point: a note that somebody reads or writes, a checkpoint, or an object
    /// that nobody has completed.</summary>
    internal static async ValueTask<bool> IsLeavingAsync(
        IRepositoryStore store,
        string name,
        CancellationToken cancellationToken
    ) =>
        name.Split('/') is [_, "leases" or "sessions", _, ..]
        || await store.GetLengthAsync(name, cancellationToken).ConfigureAwait(false) is null;

    private static bool IsInLog(string name, out string backup)
    {
        var parts = name.Split('/');
        backup = parts[0];
        return parts.Length > 2 && parts[1] == BackupNames.LogFolder.TrimEnd('/');
    }

    private async ValueTask<BackupState> StateOfAsync(
        IRepositoryStore store,
        string backup,
        CancellationToken cancellationToken
    )
    {
        var folder = await BackupFolder
            .OpenAsync(new FolderStore(store, backup + "/"), backup, open: null, clock, cancellationToken)
            .ConfigureAwait(false);
        using (folder)
        {
            return folder?.State ?? BackupState.None;
        }
    }

    private static async ValueTask<RepositoryId> HereAsync(
        IRepositoryStore store,
        CancellationToken cancellationToken
    ) =>
        await store.ReadWholeAsync(BackupNames.Repository, LongestDescriptor, cancellationToken).ConfigureAwait(false)
            is { } file
            ? RepositoryDescriptor.Decode(BackupNames.Repository, file).Id
            : default;
}
