using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Folders;

/// <summary>One backup on a store: its state as the log says, and the way to commit to it.</summary>
/// <remarks>
/// <para>The commit protocol: whoever prepared against record n puts n + 1 if it is absent. Did another take it, he reads
/// on, checks that nothing he relies on was condemned or changed, and tries the next number. Correctness rests on that
/// alone: no lease and no clock decides anything here.</para>
/// <para>Source: docs/format.md, section "Log record"; docs/concurrency.md.</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread; commits and refreshes of one object take turns.</threadsafety>
public sealed partial class BackupFolder : IDisposable
{
    /// <summary>At least this many records lie between two that are also the whole list.</summary>
    private const int WholeEvery = 32;

    /// <summary>And they must come to at least this part of the last whole list: with many machines it is long, and what a
    /// run writes must go by what changed. So whole lists cost at most this many times what the steps cost, and who opens
    /// the backup reads at most a quarter more than the list.</summary>
    private const int WholeShare = 4;

    private const int MaxDescriptorSize = 1 << 20;

    private readonly BackupLog _log;
    private readonly TimeProvider _clock;
    private readonly SeenRecords _seen = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    private BackupFolder(IObjectStore store, string name, BackupDescriptor descriptor, TimeProvider clock)
    {
        Store = store;
        Name = name;
        Descriptor = descriptor;
        _clock = clock;
        _log = new BackupLog(store);
    }

    /// <summary>The folder's content, with names from the folder down.</summary>
    public IObjectStore Store { get; }

    /// <summary>The folder's name in its repository: the backup's name.</summary>
    public string Name { get; }

    /// <summary>What was written once when the backup was made.</summary>
    public BackupDescriptor Descriptor { get; }

    /// <summary>What the backup consists of, after the newest record this object has read.</summary>
    public BackupState State { get; private set; } = BackupState.None;

    /// <summary>The repository the folder lies in. The first step put in a folder that was carried there makes it an instance
    /// of its own, apart from the copy it was made from. Null: not known, and no step is added to.</summary>
    public RepositoryId? Place { get; set; }

    /// <summary>Tables that lie nearer than the store, for a writer far from it; null: every table is read in the store.</summary>
    public TableCache? Near { get; set; }

    /// <summary>Whether the folder lies where its instance does; false: it is a carried copy that nobody has continued yet.</summary>
    public bool IsAtHome => Place is not { } place || State.Home == place;

    /// <summary>The id that ownership, duplicates and a client's memory go by.</summary>
    public InstanceId Instance => State.InstanceOf(Descriptor.Id);

    /// <summary>Makes a new backup with its first record.</summary>
    /// <param name="store">The folder's content; empty.</param>
    /// <param name="name">The folder's name in its repository.</param>
    /// <param name="blockSize">Block size in bytes: 256 KiB, 512 KiB, 1 MiB or 4 MiB.</param>
    /// <param name="origin">Which kind of job makes it.</param>
    /// <param name="owner">The job that makes it and owns it.</param>
    /// <param name="definition">That job's definition without secrets, UTF-8 JSON.</param>
    /// <param name="password">What it is to be opened with; null for a plain backup.</param>
    /// <param name="clock">For the record's time.</param>
    /// <param name="cancellationToken">Cancels the call; a folder without a first record is no backup.</param>
    /// <returns>The backup, with record 1 as its state; null when there is one, or what an unfinished creation with
    /// another block size left.</returns>
    public static async ValueTask<BackupFolder?> CreateAsync(
        IObjectStore store,
        string name,
        int blockSize,
        BackupOrigin origin,
        OwnerState owner,
        ReadOnlyMemory<byte> definition,
        NewPassword? password,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        // A log without a descriptor is what a deletion that was cut off left: not to be continued under another id.
        if (await store.GetLengthAsync(BackupNames.Record(1), cancellationToken).ConfigureAwait(false) is not null)
        {
            return null;
        }

        var descriptor = new BackupDescriptor(BackupId.New(), FormatVersion.Current, blockSize, clock.GetUtcNow());
        var file = descriptor.Encode();
        if (!await store.PutIfAbsentAsync(BackupNames.Backup, file, cancellationToken).ConfigureAwait(false))
        {
            // Who put it may have died before his first record, or be about to put it: that record decides who made it.
            var there = await FindUnbornAsync(store, cancellationToken).ConfigureAwait(false);
            if (there?.BlockSize != blockSize)
            {
                return null;
            }

            descriptor = there;
        }

        var folder = new BackupFolder(store, name, descriptor, clock);
        KeyListState? listed = null;
        BackupKeys? keys = null;
        if (password is not null)
        {
            var first = KeyList.Create(
                descriptor.Id,
                password.Password,
                password.Hint,
                clock.GetUtcNow(),
                password.Cost
            );
            listed = await KeyListFiles.PutAsync(store, first.List, cancellationToken).ConfigureAwait(false);
            keys = first.Keys;
        }

        var isMine = false;
        await folder
            .PutStepAsync(
                state =>
                {
                    isMine = state.Number == 0;
                    if (!isMine)
                    {
                        return null;
                    }

                    var draft = new RecordDraft("create");
                    draft.Open.Birth = new Birth
                    {
                        Origin = (Origin)origin,
                        Job = ByteString.CopyFrom(owner.Job.ToBytes()),
                        Repository = ByteString.CopyFrom(owner.Repository.ToBytes()),
                        Backup = ByteString.CopyFrom(descriptor.Id.ToBytes()),
                    };
                    draft.SetOwner(owner, definition);
                    draft.Open.Keys = listed is null ? null : Messages.Of(listed);
                    return draft;
                },
                keys,
                cancellationToken
            )
            .ConfigureAwait(false);
        return isMine ? folder : null;
    }

    /// <summary>Opens a backup and reads its log from the newest whole record on.</summary>
    /// <param name="store">The folder's content.</param>
    /// <param name="name">The folder's name in its repository.</param>
    /// <param name="open">Opens the key list of an encrypted backup; null, or when it gives null: the backup stays locked.</param>
    /// <param name="clock">For the times of records this object will write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the folder is no backup: it has no backup.json, or no record yet.</returns>
    /// <exception cref="LonghaulException">data.missing, data.damaged: also a record that nobody who has the key vouches for;
    /// format.unsupported.</exception>
    public static async ValueTask<BackupFolder?> OpenAsync(
        IObjectStore store,
        string name,
        Func<KeyList, BackupKeys?>? open,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var file = await store
            .ReadWholeAsync(BackupNames.Backup, MaxDescriptorSize, cancellationToken)
            .ConfigureAwait(false);
        if (file is null)
        {
            return null;
        }

        var folder = new BackupFolder(store, name, BackupDescriptor.Decode(BackupNames.Backup, file), clock);
        var head = await folder._log.FindHeadAsync(cancellationToken).ConfigureAwait(false);
        if (head == 0)
        {
            return null;
        }

        var entries = await folder._log.ReadBackAsync(head, cancellationToken).ConfigureAwait(false);
        folder.Fold(
            open is null ? entries : await folder.UnlockAsync(entries, open, cancellationToken).ConfigureAwait(false)
        );
        await folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        folder.RequireOwnDescriptor();
        return folder;
    }

    /// <summary>Reads what others committed meanwhile.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ReadOnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Finds the hash of a record, to be compared with what was seen of it before.</summary>
    /// <param name="number">The record's number, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>SHA-256 of its file; null when there is no such record.</returns>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public async ValueTask<Digest?> HashOfAsync(long number, CancellationToken cancellationToken) =>
        _seen.HashOf(number) is { } seen
            ? seen
            : (await new BackupLog(Store).ReadAsync(number, cancellationToken).ConfigureAwait(false))?.Hash;

    /// <summary>Commits one step.</summary>
    /// <param name="prepare">
    /// Makes the step against a state; called again with the newer state whenever another committed first. It decides
    /// by that state alone whether the step still holds (throw to give up), and returns null when nothing is to be done.
    /// </param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>The state after the step; the present state when <paramref name="prepare"/> returned null.</returns>
    /// <exception cref="LonghaulException">backup.changed: something the step relies on was condemned since
    /// <paramref name="prepare"/>'s work began; start again. Also store and data errors.</exception>
    public ValueTask<BackupState> CommitAsync(
        Func<BackupState, RecordDraft?> prepare,
        CancellationToken cancellationToken
    ) => PutStepAsync(prepare, next: null, cancellationToken);

    /// <summary>Commits one step, which may be one from which on other keys hold.</summary>
    /// <param name="prepare">Makes the step.</param>
    /// <param name="next">The keys that hold from the step on; null for those that do now.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    private async ValueTask<BackupState> PutStepAsync(
        Func<BackupState, RecordDraft?> prepare,
        BackupKeys? next,
        CancellationToken cancellationToken
    )
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var before = State;
                if (prepare(before) is not { IsEmpty: false } draft)
                {
                    return before;
                }

                if (!IsAtHome && draft.Open.Continued is null)
                {
                    draft.Continue(InstanceId.New(), Place!.Value);
                }

                CommitRules.Check(draft, before, _seen, Name);
                var keys = next ?? VouchingKeys(draft, before);
                var (open, sealedPart) = Number(draft, before);

                // From here on the step may be durable: a cancelled put would leave the caller not knowing.
                if (
                    await _log.PutAsync(open, sealedPart, keys, CancellationToken.None).ConfigureAwait(false) is { } put
                )
                {
                    _log.Keys = next ?? _log.Keys;
                    Fold([put]);
                    return State;
                }

                await ReadOnAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Commits one step that takes reading to prepare.</summary>
    /// <param name="prepare">Makes the step against a state, reading what it needs; begun anew from the newest state whenever
    /// another committed meanwhile. Null when nothing is to be done.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>The state after the step; the present state when <paramref name="prepare"/> returned null.</returns>
    public async ValueTask<BackupState> CommitPreparedAsync(
        Func<BackupState, CancellationToken, ValueTask<RecordDraft?>> prepare,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var before = State;
            if (await prepare(before, cancellationToken).ConfigureAwait(false) is not { } draft)
            {
                return before;
            }

            var isStale = false;
            var after = await CommitAsync(
                    state =>
                    {
                        isStale = state.Number != before.Number;
                        return isStale ? null : draft;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (!isStale)
            {
                return after;
            }
        }
    }

    /// <summary>Lets go of the object; the store stays the caller's.</summary>
    public void Dispose() => _turn.Dispose();

    private async ValueTask ReadOnAsync(CancellationToken cancellationToken)
    {
        if (!_isOlder)
        {
            Fold(await _log.ReadOnAsync(State.Number, State.Head, cancellationToken).ConfigureAwait(false));
        }
    }

    private (Record Open, Sealed SealedPart) Number(RecordDraft draft, BackupState before)
    {
        var open = draft.Open;
        open.Number = (ulong)(before.Number + 1);
        open.Previous = before.Number == 0 ? ByteString.Empty : ByteString.CopyFrom(before.Head.ToBytes());
        open.WrittenAt = _clock.GetUtcNow().ToUnixTimeMilliseconds();

        // Folding a step before it is put is the check that every later reader can fold it too.
        var after = StateFold.Apply(before, open, draft.SealedPart, default, RecordCodec.RecordName(before.Number + 1));
        return !IsLocked && after.SinceWhole >= WholeEvery && _seen.SinceWhole >= _seen.WholeSize / WholeShare
            ? Whole(open, draft.SealedPart, after)
            : (open, draft.SealedPart);
    }

    /// <summary>The step as a whole list; as it is when that would be longer than a record may be.</summary>
    private (Record Open, Sealed SealedPart) Whole(Record step, Sealed sealedPart, BackupState after)
    {
        var whole = Messages.Whole(step, after);
        if (RecordCodec.Fits(whole.Open, whole.SealedPart))
        {
            return whole;
        }

        _seen.GiveUpWhole();
        return (step, sealedPart);
    }

    private void Fold(IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            State = Apply(State, entry, _log.Keys);
            _seen.Add(entry);
        }
    }

    private BackupState Apply(BackupState before, LogEntry entry, BackupKeys? keys)
    {
        TrustRules.Check(before, entry, keys, Name);
        var file = RecordCodec.RecordName(entry.Number);
        return StateFold.Apply(before, entry.Open, entry.SealedPart, entry.Hash, file);
    }
}
