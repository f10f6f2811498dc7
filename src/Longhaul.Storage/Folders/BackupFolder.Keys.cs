using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Folders;

/// <content>Encrypted backups: who can read and write what.</content>
public sealed partial class BackupFolder
{
    /// <summary>What reminds people of the passwords that open the backup; empty where nobody tried to open it.</summary>
    public IReadOnlyList<string> Hints { get; private set; } = [];

    /// <summary>What else is to be said when somebody finds the backup locked; null for nothing.</summary>
    public string? LockedRemark { get; set; }

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
        Hints = HintsOf(list);
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
        generation == 0
            ? null
            : _log.Keys?.Find(generation) ?? throw Errors.BackupLocked($"backup '{Name}'", Hints, LockedRemark);

    /// <summary>Reads the key list that holds: which passwords open the backup.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the backup is plain.</returns>
    /// <exception cref="LonghaulException">data.missing, data.damaged.</exception>
    public async ValueTask<KeyList?> ReadKeyListAsync(CancellationToken cancellationToken) =>
        State.KeyList is { } listed
            ? await KeyListFiles.ReadAsync(Store, Descriptor.Id, listed, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Puts another key list in force, in one step with whatever goes with it.</summary>
    /// <remarks>The list is written before the step, and counts for nothing until the step is put.</remarks>
    /// <param name="next">Made from <paramref name="present"/>.</param>
    /// <param name="keys">What it holds.</param>
    /// <param name="present">The list that holds now, as <see cref="ReadKeyListAsync"/> gave it.</param>
    /// <param name="prepare">As for <see cref="CommitAsync"/>; need not know of keys.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>The state after the step.</returns>
    /// <exception cref="LonghaulException">backup.changed: another has changed the passwords meanwhile; and what
    /// <see cref="CommitAsync"/> throws.</exception>
    public async ValueTask<BackupState> ChangeKeyListAsync(
        KeyList next,
        BackupKeys keys,
        KeyList present,
        Func<BackupState, RecordDraft> prepare,
        CancellationToken cancellationToken
    )
    {
        _ = WritingKey;
        var listed = await KeyListFiles.PutAsync(Store, next, cancellationToken).ConfigureAwait(false);
        var after = await PutStepAsync(
                state =>
                {
                    if (state.KeyList?.Number != present.Number)
                    {
                        throw Errors.BackupChanged(Name, "its passwords were changed");
                    }

                    var draft = prepare(state);
                    draft.Open.Keys = Messages.Of(listed);
                    return draft;
                },
                keys,
                cancellationToken
            )
            .ConfigureAwait(false);
        Hints = HintsOf(next);
        return after;
    }

    /// <summary>What a step is vouched for under: the newest of these keys is the one the log names.</summary>
    /// <returns>Null in a plain backup, and for a step that needs no key where none is.</returns>
    /// <exception cref="LonghaulException">backup.locked.</exception>
    private BackupKeys? VouchingKeys(RecordDraft draft, BackupState before) =>
        _isOlder || (IsLocked && !TrustRules.OnlyTakesAway(draft.Open, draft.SealedPart, before))
            ? throw Errors.BackupLocked($"backup '{Name}'", Hints, LockedRemark)
            : _log.Keys;

    private static string[] HintsOf(KeyList list) =>
        [.. list.Slots.Select(slot => slot.Hint).Where(hint => hint.Length > 0)];
}
