using System.Text.Json.Serialization;

namespace Longhaul.Format.Keys;

/// <summary>A key list as it stands in the file; bytes are hex digits.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record KeyListJson(
    [property: JsonRequired] int Format,
    [property: JsonRequired] int Number,
    [property: JsonRequired] int Generation,
    [property: JsonRequired] string Backup,
    [property: JsonRequired] IReadOnlyList<KeySlotJson> Slots,
    [property: JsonRequired] IReadOnlyList<string> Checks,
    [property: JsonRequired] IReadOnlyList<string> Older,
    [property: JsonRequired] string DigestKey
)
{
    private const int SealedKeySize = FileKey.Size + FileKey.Overhead;

    /// <summary>The list as the file holds it.</summary>
    public static KeyListJson Of(KeyList list) =>
        new(
            FormatVersion.Current,
            list.Number,
            list.Generation,
            list.Backup.ToString(),
            [.. list.Slots.Select(KeySlotJson.Of)],
            [.. list.Checks.Select(check => Convert.ToHexStringLower(check.Span))],
            [.. list.Older.Select(key => Convert.ToHexStringLower(key.Span))],
            Convert.ToHexStringLower(list.SealedDigestKey.Span)
        );

    /// <summary>The list out of the file.</summary>
    /// <returns>Null when it is not valid. Never throws, and derives nothing.</returns>
    public KeyList? ToList()
    {
        var slots = Slots.Select(slot => slot?.ToSlot(SealedKeySize)).ToArray();
        var checks = Checks.Select(check => Bytes(check, ListKey.CheckSize)).ToArray();
        var older = Older.Select(key => Bytes(key, SealedKeySize)).ToArray();
        var digestKey = Bytes(DigestKey, SealedKeySize);
        return
            Generation >= 1
            && Number >= Generation
            && BackupId.TryParse(Backup, out var backup)
            && slots.Length is >= 1 and <= KeyList.MaxSlots
            && slots.All(slot => slot is not null)
            && checks.Length == Generation
            && checks.All(check => check is not null)
            && older.Length == Generation - 1
            && older.All(key => key is not null)
            && digestKey is not null
            ? new KeyList
            {
                Number = Number,
                Generation = Generation,
                Backup = backup,
                Slots = [.. slots!],
                Checks = [.. checks.Select(check => (ReadOnlyMemory<byte>)check!)],
                Older = [.. older.Select(key => (ReadOnlyMemory<byte>)key!)],
                SealedDigestKey = digestKey,
            }
            : null;
    }

    /// <summary>Bytes out of hex digits.</summary>
    /// <returns>Null when they are not so many.</returns>
    internal static byte[]? Bytes(string? hex, int length)
    {
        var bytes = new byte[length];
        return
            hex?.Length == 2 * length
            && Convert.FromHexString(hex, bytes, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == length
            ? bytes
            : null;
    }
}

/// <summary>A slot as it stands in the file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record KeySlotJson(
    [property: JsonRequired] string Hint,
    [property: JsonRequired] DateTimeOffset CreatedAt,
    [property: JsonRequired] int MemoryKiB,
    [property: JsonRequired] int Passes,
    [property: JsonRequired] string Salt,
    [property: JsonRequired] string Key
)
{
    /// <summary>The slot as the file holds it.</summary>
    public static KeySlotJson Of(KeySlot slot) =>
        new(
            slot.Hint,
            slot.CreatedAt.ToUniversalTime(),
            slot.Cost.MemoryKiB,
            slot.Cost.Passes,
            Convert.ToHexStringLower(slot.Salt.Span),
            Convert.ToHexStringLower(slot.SealedKey.Span)
        );

    /// <summary>The slot out of the file.</summary>
    /// <returns>Null when it is not valid, or would take too much to open.</returns>
    public KeySlot? ToSlot(int keySize)
    {
        var cost = new PasswordCost(MemoryKiB, Passes);
        return
            Hint is { Length: <= KeySlot.MaxHint }
            && cost.IsAcceptable
            && KeyListJson.Bytes(Salt, PasswordCost.SaltSize) is { } salt
            && KeyListJson.Bytes(Key, keySize) is { } key
            ? new KeySlot(Hint, CreatedAt, cost) { Salt = salt, SealedKey = key }
            : null;
    }
}
