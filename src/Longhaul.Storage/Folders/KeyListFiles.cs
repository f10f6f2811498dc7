using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Folders;

/// <summary>Reads and writes the key lists of a backup.</summary>
internal static class KeyListFiles
{
    private const int MaxSize = 1 << 20;

    /// <summary>Writes a key list, under the next number that is free.</summary>
    /// <returns>The list as a record is to name it; until one does, it counts for nothing.</returns>
    internal static async ValueTask<KeyListState> PutAsync(
        IObjectStore store,
        KeyList list,
        CancellationToken cancellationToken
    )
    {
        // A number that is taken is what a step left that came to no record: nobody uses it.
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
        await ReadAsync(store, list.Backup, listed, cancellationToken).ConfigureAwait(false);
        return listed;
    }

    /// <summary>Finds a key list that the log named once, or never did.</summary>
    /// <returns>Null when there is none of that number that can be read.</returns>
    internal static async ValueTask<(KeyList List, KeyListState Listed)?> FindAsync(
        IObjectStore store,
        BackupId backup,
        int number,
        CancellationToken cancellationToken
    )
    {
        var name = BackupNames.KeyList(number);
        try
        {
            if (await store.ReadWholeAsync(name, MaxSize, cancellationToken).ConfigureAwait(false) is not { } file)
            {
                return null;
            }

            var list = KeyList.Decode(name, file);
            return list.Backup == backup && list.Number == number
                ? (list, new KeyListState(number, list.Generation, Digest.Of(file)))
                : null;
        }
        catch (LonghaulException error) when (error.Code is "data.damaged" or "data.unreadable" or "format.unsupported")
        {
            return null;
        }
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
