using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Folders;

/// <summary>Reads and makes the key lists of a backup.</summary>
internal static class KeyListFiles
{
    private const int MaxSize = 1 << 20;

    /// <summary>Makes the first key list of a new backup.</summary>
    /// <returns>The list as the first record is to name it, and what it holds.</returns>
    internal static async ValueTask<(KeyListState Listed, BackupKeys Keys)> CreateAsync(
        IObjectStore store,
        BackupId backup,
        NewPassword password,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (list, keys) = KeyList.Create(backup, password.Password, password.Hint, clock.GetUtcNow(), password.Cost);

        // A number that is taken is what a creation left that came to no record: nobody uses it.
        while (
            !await store
                .PutIfAbsentAsync(BackupNames.KeyList(list.Number), list.Encode(), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            list = list with { Number = list.Number + 1 };
        }

        // There is no other way in: a list that does not read back must never be the one the log names.
        var listed = new KeyListState(list.Number, list.Generation, Digest.Of(list.Encode()));
        await ReadAsync(store, backup, listed, cancellationToken).ConfigureAwait(false);
        return (listed, keys);
    }

    /// <summary>Reads the key list that the log names.</summary>
    /// <exception cref="LonghaulException">data.missing, data.damaged: also when it is another than the log names.</exception>
    internal static async ValueTask<KeyList> ReadAsync(
        IObjectStore store,
        BackupId backup,
        KeyListState listed,
        CancellationToken cancellationToken
    )
    {
        var name = BackupNames.KeyList(listed.Number);
        var file =
            await store.ReadWholeAsync(name, MaxSize, cancellationToken).ConfigureAwait(false)
            ?? throw Errors.DataMissing(name);
        if (Digest.Of(file) != listed.Hash)
        {
            throw Errors.DataDamaged(name, 0, "it is another than the log names");
        }

        var list = KeyList.Decode(name, file);
        return (list.Backup, list.Number, list.Generation) == (backup, listed.Number, listed.Generation)
            ? list
            : throw Errors.DataDamaged(name, 0, "it is of another backup or generation than the log says");
    }
}
