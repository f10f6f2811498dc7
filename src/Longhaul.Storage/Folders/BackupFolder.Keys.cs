using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Folders;

/// <content>Encrypted backups: who can read and write what.</content>
public sealed partial class BackupFolder
{
    private string[] _hints = [];

    /// <summary>Whether the backup is encrypted, and no password has opened it.</summary>
    public bool IsLocked => State.KeyList is not null && _log.Keys is null;

    /// <summary>What new files are sealed under; null in a plain backup.</summary>
    /// <exception cref="LonghaulException">backup.locked: no password was given, or one that opens only what was written before
    /// the passwords were changed.</exception>
    public ListKey? WritingKey => KeyOf(State.KeyList?.Generation ?? 0);

    /// <summary>What opens the sealed parts of checkpoints; null for nothing.</summary>
    public BackupKeys? Keys => _log.Keys;

    /// <summary>Opens the key list that the records name, and then the records themselves.</summary>
    /// <returns>The records, with their sealed parts where the list was opened.</returns>
    private async ValueTask<IReadOnlyList<LogEntry>> UnlockAsync(
        IReadOnlyList<LogEntry> entries,
        Func<KeyList, BackupKeys?> open,
        CancellationToken cancellationToken
    )
    {
        if (entries.LastOrDefault(entry => entry.Open.Keys is not null) is not { } naming)
        {
            return entries;
        }

        var listed = KeyListState.Of(naming.Open.Keys, RecordCodec.RecordName(naming.Number));
        var list = await KeyListFiles.ReadAsync(Store, Descriptor.Id, listed, cancellationToken).ConfigureAwait(false);
        _hints = [.. list.Slots.Select(slot => slot.Hint).Where(hint => hint.Length > 0)];
        if (open(list) is not { } keys)
        {
            return entries;
        }

        _log.Keys = keys;
        return [.. entries.Select(_log.Open)];
    }

    /// <summary>Whether what is sealed under a list key can be opened.</summary>
    /// <param name="generation">Generation of the list key; 0 for what is not sealed.</param>
    internal bool CanOpen(int generation) => generation == 0 || _log.Keys?.Find(generation) is not null;

    /// <summary>The list key of a generation.</summary>
    /// <param name="generation">Its generation; 0 for what is not sealed.</param>
    /// <returns>Null for what is not sealed.</returns>
    /// <exception cref="LonghaulException">backup.locked: no password was given that opens it.</exception>
    internal ListKey? KeyOf(int generation) =>
        generation == 0 ? null : _log.Keys?.Find(generation) ?? throw Errors.BackupLocked($"backup '{Name}'", _hints);

    /// <summary>Throws where a step of an encrypted backup needs a key that is not here.</summary>
    private void CheckKeys(RecordDraft draft, BackupState before)
    {
        if (IsLocked ? !TrustRules.OnlyTakesAway(draft.Open, draft.SealedPart, before) : before.KeyList is not null)
        {
            _ = WritingKey;
        }
    }
}
