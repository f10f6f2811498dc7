using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Longhaul.Format.Keys;

/// <summary>One generation of a backup's list key. It seals nothing itself but the keys of a key list: all others are
/// derived from it.</summary>
/// <remarks>
/// <para>Derivation: HKDF-SHA-256 with the list key as input, the file's salt, and as info the ASCII text
/// <c>longhaul </c> and the purpose, a zero byte, and the backup's id.</para>
/// <para>Source: RFC 5869; docs/format.md, section "Encryption".</para>
/// </remarks>
/// <threadsafety>Immutable. It never shows its bytes, in a text least of all.</threadsafety>
public sealed class ListKey
{
    /// <summary>Bytes of a file's salt.</summary>
    public const int SaltSize = 32;

    /// <summary>Bytes of a check value.</summary>
    internal const int CheckSize = 16;

    private readonly byte[] _key;

    /// <summary>Takes over a key.</summary>
    /// <param name="backup">The backup it is of.</param>
    /// <param name="generation">From 1.</param>
    /// <param name="key">32 bytes.</param>
    internal ListKey(BackupId backup, int generation, byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, FileKey.Size);
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        (Backup, Generation, _key) = (backup, generation, key);
    }

    /// <summary>The backup it is of.</summary>
    public BackupId Backup { get; }

    /// <summary>From 1; a later one is made when a password is changed or taken away.</summary>
    public int Generation { get; }

    /// <summary>Tells whether another has the same key, 32 hex digits; no secret.</summary>
    public string Check => Convert.ToHexStringLower(CheckValue);

    /// <summary>Tells whether another has the same key.</summary>
    internal byte[] CheckValue => Derive(KeyPurpose.Check, [], CheckSize);

    /// <summary>Makes a salt for a new file.</summary>
    internal static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltSize);

    /// <summary>The key of one file, or of one kind of small parts.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="salt">The file's salt; empty for small parts.</param>
    internal FileKey For(KeyPurpose purpose, ReadOnlySpan<byte> salt) => new(Derive(purpose, salt, FileKey.Size));

    /// <summary>HMAC-SHA-256 under a key of its own.</summary>
    /// <param name="purpose">What is vouched for.</param>
    /// <param name="bytes">What the MAC is over.</param>
    internal byte[] Mac(KeyPurpose purpose, ReadOnlySpan<byte> bytes) =>
        HMACSHA256.HashData(Derive(purpose, [], FileKey.Size), bytes);

    /// <summary>This key as another seals it.</summary>
    internal byte[] SealedUnder(FileKey other, ReadOnlySpan<byte> about) => other.Seal(_key, about);

    private byte[] Derive(KeyPurpose purpose, ReadOnlySpan<byte> salt, int length)
    {
        var name = purpose switch
        {
            KeyPurpose.Segment => "segment",
            KeyPurpose.Point => "point",
            KeyPurpose.Record => "record",
            KeyPurpose.RecordMac => "record mac",
            KeyPurpose.Checkpoint => "checkpoint",
            KeyPurpose.CheckpointMac => "checkpoint mac",
            KeyPurpose.KeyList => "key list",
            KeyPurpose.Check => "check",
            _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, null),
        };
        var derived = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, derived, salt, About("longhaul " + name, Backup));
        return derived;
    }

    /// <summary>What a part is sealed about: a text, a zero byte, the backup's id, and numbers of four bytes each.</summary>
    /// <param name="what">ASCII.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="numbers">Little-endian.</param>
    internal static byte[] About(string what, BackupId backup, params ReadOnlySpan<int> numbers)
    {
        var about = new byte[what.Length + 1 + BackupId.Size + sizeof(int) * numbers.Length];
        Encoding.ASCII.GetBytes(what, about);
        backup.Value.TryWriteBytes(about.AsSpan(what.Length + 1), bigEndian: true, out _);
        var rest = about.AsSpan(what.Length + 1 + BackupId.Size);
        for (var index = 0; index < numbers.Length; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest[(sizeof(int) * index)..], numbers[index]);
        }

        return about;
    }
}
