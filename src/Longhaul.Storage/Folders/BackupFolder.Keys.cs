using Longhaul.Core;
using Longhaul.Format.Keys;
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

    /// <summary>Opens what is sealed: reads the key list that the log names, and the log again with the keys.</summary>
    /// <param name="open">Opens the list; null when no password there is does.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when the backup is plain, or was not opened.</returns>
    /// <exception cref="LonghaulException">data.missing, data.damaged: a record that nobody vouches for, too.</exception>
    public async ValueTask<bool> UnlockAsync(Func<KeyList, BackupKeys?> open, CancellationToken cancellationToken)
    {
        if (await ReadKeyListAsync(cancellationToken).ConfigureAwait(false) is not { } list)
        {
            return false;
        }

        _hints = [.. list.Slots.Select(slot => slot.Hint).Where(hint => hint.Length > 0)];
        if (open(list) is not { } keys)
        {
            return false;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var head = State.Number;
            _log.Keys = keys;
            State = BackupState.None;
            Fold(await _log.ReadBackAsync(head, cancellationToken).ConfigureAwait(false));
            await ReadOnAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads the key list that the log names; needs no key.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the backup is plain.</returns>
    /// <exception cref="LonghaulException">data.missing, data.damaged.</exception>
    public async ValueTask<KeyList?> ReadKeyListAsync(CancellationToken cancellationToken) =>
        State.KeyList is { } listed
            ? await BackupKeyring.ReadAsync(Store, Descriptor.Id, listed, cancellationToken).ConfigureAwait(false)
            : null;

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
        var isSealed = draft.SealedPart.CalculateSize() > 0;
        if (IsLocked ? isSealed || !TrustRules.OnlyTakesAway(draft.Open, before) : before.KeyList is not null)
        {
            _ = WritingKey;
        }
    }
}
