using System.Collections.Immutable;
using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Format.Descriptors;

namespace Longhaul.Format.Keys;

/// <summary><c>keys/00000001.json</c> and on: which passwords open a backup. Each is written once; the log says which one
/// holds.</summary>
/// <remarks>
/// <para>The newest list key stands in a slot for each password. A newer list key seals the one before, so whoever opens the
/// newest has them all. The key that names contents is made once and sealed anew under each list key.</para>
/// <para>Source: docs/format.md, section "Key list".</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record KeyList
{
    /// <summary>Most slots of a list.</summary>
    public const int MaxSlots = 32;

    /// <summary>The file's number, from 1; grows with every change.</summary>
    public required int Number { get; init; }

    /// <summary>Generation of the list key in the slots, from 1; at most <see cref="Number"/>.</summary>
    public required int Generation { get; init; }

    /// <summary>The backup it is of.</summary>
    public required BackupId Backup { get; init; }

    /// <summary>One for each password; at least one.</summary>
    public required ImmutableArray<KeySlot> Slots { get; init; }

    /// <summary>Check values of all list keys, generation 1 first.</summary>
    internal ImmutableArray<ReadOnlyMemory<byte>> Checks { get; init; } = [];

    /// <summary>All list keys but the newest, each sealed under the one after it, generation 1 first.</summary>
    internal ImmutableArray<ReadOnlyMemory<byte>> Older { get; init; } = [];

    /// <summary>The digest key, sealed under the newest list key.</summary>
    internal ReadOnlyMemory<byte> SealedDigestKey { get; init; }

    /// <summary>Makes the first list of a new backup, with one password.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="password">The password.</param>
    /// <param name="hint">What reminds people of it; at most <see cref="KeySlot.MaxHint"/> characters.</param>
    /// <param name="createdAt">Now.</param>
    /// <param name="cost">What a guess is to cost.</param>
    /// <returns>The list, and what it holds.</returns>
    public static (KeyList List, BackupKeys Keys) Create(
        BackupId backup,
        Password password,
        string hint,
        DateTimeOffset createdAt,
        PasswordCost cost
    )
    {
        var key = new ListKey(backup, 1, RandomNumberGenerator.GetBytes(FileKey.Size));
        var keys = new BackupKeys([key], RandomNumberGenerator.GetBytes(FileKey.Size));
        return (Make(1, keys, [], [KeySlot.Create(key, password, hint, createdAt, cost)]), keys);
    }

    /// <summary>The next list, with one password more. The list key stays.</summary>
    /// <param name="keys">What this list holds.</param>
    /// <param name="password">The new password.</param>
    /// <param name="hint">What reminds people of it.</param>
    /// <param name="createdAt">Now.</param>
    /// <param name="cost">What a guess is to cost.</param>
    /// <exception cref="InvalidOperationException">There is no room for another slot.</exception>
    public KeyList WithSlot(
        BackupKeys keys,
        Password password,
        string hint,
        DateTimeOffset createdAt,
        PasswordCost cost
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(cost);
        if (Slots.Length >= MaxSlots)
        {
            throw new InvalidOperationException($"A key list has at most {MaxSlots} slots.");
        }

        return this with
        {
            Number = Number + 1,
            Slots = [.. Slots, KeySlot.Create(keys.Newest, password, hint, createdAt, cost)],
        };
    }

    /// <summary>The next list, under a new list key, with the passwords that are given and no other.</summary>
    /// <param name="keys">What this list holds.</param>
    /// <param name="passwords">The passwords from now on, with their hints; at least one.</param>
    /// <param name="createdAt">Now.</param>
    /// <param name="cost">What a guess is to cost.</param>
    /// <returns>The list, and what it holds.</returns>
    public (KeyList List, BackupKeys Keys) Renewed(
        BackupKeys keys,
        IReadOnlyList<(Password Password, string Hint)> passwords,
        DateTimeOffset createdAt,
        PasswordCost cost
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(passwords);
        ArgumentOutOfRangeException.ThrowIfZero(passwords.Count, nameof(passwords));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(passwords.Count, MaxSlots, nameof(passwords));
        var key = new ListKey(Backup, Generation + 1, RandomNumberGenerator.GetBytes(FileKey.Size));
        var renewed = new BackupKeys([.. keys.All, key], keys.DigestKey.ToArray());
        var before = keys.Newest.SealedUnder(
            key.For(KeyPurpose.KeyList, []),
            AboutOlder(Backup, Generation, key.Generation)
        );
        var slots = passwords.Select(one => KeySlot.Create(key, one.Password, one.Hint, createdAt, cost));
        return (Make(Number + 1, renewed, [.. Older, before], [.. slots]), renewed);
    }

    /// <summary>Opens the list with a password.</summary>
    /// <param name="password">The password; every slot is tried.</param>
    /// <returns>Null when no slot is the password's, or what it opens is not what was written.</returns>
    public BackupKeys? Open(Password password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return
            Slots.Select(slot => slot.Open(Backup, Generation, password)).FirstOrDefault(key => key is not null)
                is { } newest
            ? OpenAll(newest)
            : null;
    }

    /// <summary>Finds a password's slot.</summary>
    /// <param name="password">The password; every slot is tried.</param>
    /// <returns>Its position in <see cref="Slots"/>; null when no slot is the password's.</returns>
    public int? SlotOf(Password password)
    {
        ArgumentNullException.ThrowIfNull(password);
        for (var index = 0; index < Slots.Length; index++)
        {
            if (Slots[index].Open(Backup, Generation, password) is not null)
            {
                return index;
            }
        }

        return null;
    }

    /// <summary>Encodes the list.</summary>
    public byte[] Encode() => DescriptorJson.Encode(KeyListJson.Of(this), DescriptorContext.Default.KeyListJson);

    /// <summary>Decodes a list that may be damaged or hostile.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <exception cref="LonghaulException">data.damaged: also when opening it would take more memory or time than any list
    /// needs; format.unsupported.</exception>
    public static KeyList Decode(string file, ReadOnlySpan<byte> bytes) =>
        DescriptorJson.Decode(file, bytes, DescriptorContext.Default.KeyListJson).ToList()
        ?? throw Errors.DataDamaged(file, 0, "it is no valid key list");

    private BackupKeys? OpenAll(ListKey newest)
    {
        var keys = new ListKey[Generation];
        keys[^1] = newest;
        for (var index = Generation - 2; index >= 0; index--)
        {
            var about = AboutOlder(Backup, index + 1, index + 2);
            if (
                keys[index + 1].For(KeyPurpose.KeyList, []).Open(Older[index].Span, about) is not { } older
                || older.Length != FileKey.Size
            )
            {
                return null;
            }

            keys[index] = new ListKey(Backup, index + 1, older);
        }

        // AES-GCM does not commit to its key: two keys may open the same bytes, each to its own content.
        var areRight = keys.Select((key, index) => (key, index))
            .All(pair => CryptographicOperations.FixedTimeEquals(pair.key.CheckValue, Checks[pair.index].Span));
        var digestKey = newest
            .For(KeyPurpose.KeyList, [])
            .Open(SealedDigestKey.Span, AboutDigestKey(Backup, Generation));
        return areRight && digestKey is not null ? new BackupKeys([.. keys], digestKey) : null;
    }

    private static KeyList Make(
        int number,
        BackupKeys keys,
        ImmutableArray<ReadOnlyMemory<byte>> older,
        ImmutableArray<KeySlot> slots
    )
    {
        var newest = keys.Newest;
        return new KeyList
        {
            Number = number,
            Generation = newest.Generation,
            Backup = newest.Backup,
            Slots = slots,
            Checks = [.. keys.All.Select(key => (ReadOnlyMemory<byte>)key.CheckValue)],
            Older = older,
            SealedDigestKey = newest
                .For(KeyPurpose.KeyList, [])
                .Seal(keys.DigestKey.Span, AboutDigestKey(newest.Backup, newest.Generation)),
        };
    }

    private static byte[] AboutOlder(BackupId backup, int generation, int under) =>
        ListKey.About("longhaul older list key", backup, generation, under);

    private static byte[] AboutDigestKey(BackupId backup, int generation) =>
        ListKey.About("longhaul digest key", backup, generation);
}
