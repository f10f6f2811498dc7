using System.Buffers.Binary;
using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Bytes;

/// <summary>The frame of a small file with an open and a sealed part: log records and checkpoints. Little-endian.</summary>
/// <remarks>
/// <code>
/// off  size  field
///   0     8  magic
///   8     2  version          1
///  10     2  flags            bit 0: the sealed part is encrypted, and there is a MAC
///  12     4  key generation   0 in a plain file
///  16     4  open length
///  20     4  sealed length
///  24        open part, then sealed part
///        32  MAC              zeros in a plain file
///        32  SHA-256          of everything before
/// </code>
/// <para>Source: docs/format.md, section "Log record". Change the two together.</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class SealedFile
{
    /// <summary>A record of the log.</summary>
    public static readonly SealedFile Record = new(Magic.Record, KeyPurpose.Record, KeyPurpose.RecordMac);

    /// <summary>A checkpoint of a run.</summary>
    public static readonly SealedFile Checkpoint = new(
        Magic.Checkpoint,
        KeyPurpose.Checkpoint,
        KeyPurpose.CheckpointMac
    );

    /// <summary>Bytes before the open part.</summary>
    public const int HeaderSize = 24;

    /// <summary>Bytes behind the sealed part.</summary>
    public const int TrailerSize = MacSize + Digest.Size;

    /// <summary>Bytes of a file besides what is in its parts, at most.</summary>
    public const int Overhead = HeaderSize + FileKey.Overhead + TrailerSize;

    private const int MacSize = 32;

    private readonly ulong _magic;
    private readonly KeyPurpose _seal;
    private readonly KeyPurpose _mac;

    private SealedFile(ulong magic, KeyPurpose seal, KeyPurpose mac) => (_magic, _seal, _mac) = (magic, seal, mac);

    /// <summary>Makes a file.</summary>
    /// <param name="key">What it is sealed and vouched for under; null for a plain file.</param>
    /// <param name="openPart">Readable without keys.</param>
    /// <param name="sealedPart">Readable with the key only; empty when there is none.</param>
    public byte[] Encode(ListKey? key, ReadOnlySpan<byte> openPart, ReadOnlySpan<byte> sealedPart)
    {
        var sealedLength = key is null || sealedPart.IsEmpty ? sealedPart.Length : sealedPart.Length + FileKey.Overhead;
        var bytes = new byte[HeaderSize + openPart.Length + sealedLength + TrailerSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), FormatVersion.Current);
        BinaryPrimitives.WriteUInt16LittleEndian(
            bytes.AsSpan(10),
            (ushort)(key is null ? 0 : FormatVersion.EncryptedFlag)
        );
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), key?.Generation ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), openPart.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), sealedLength);
        openPart.CopyTo(bytes.AsSpan(HeaderSize));
        var end = HeaderSize + openPart.Length;
        var part = bytes.AsSpan(end, sealedLength);
        if (key is null || sealedPart.IsEmpty)
        {
            sealedPart.CopyTo(part);
        }
        else
        {
            key.For(_seal, []).Seal(sealedPart, bytes.AsSpan(0, end), part);
        }

        key?.Mac(_mac, bytes.AsSpan(0, bytes.Length - TrailerSize)).CopyTo(bytes, bytes.Length - TrailerSize);
        Digest.Of(bytes.AsSpan(0, bytes.Length - Digest.Size)).CopyTo(bytes.AsSpan(bytes.Length - Digest.Size));
        return bytes;
    }

    /// <summary>Takes a file apart that may be damaged or hostile.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <param name="keys">What the reader can open; null for nothing.</param>
    /// <exception cref="LonghaulException">data.damaged: a MAC under a key that the reader has does not match, too;
    /// format.unsupported.</exception>
    public SealedParts Read(string file, ReadOnlyMemory<byte> bytes, BackupKeys? keys)
    {
        var (openLength, isEncrypted, generation) = Check(file, bytes.Span);
        var end = HeaderSize + openLength;
        var (open, part) = (bytes[HeaderSize..end], bytes[end..^TrailerSize]);
        if (!isEncrypted)
        {
            return new SealedParts(open, part, 0, false);
        }

        if (keys?.Find(generation) is not { } key)
        {
            return new SealedParts(open, null, generation, false);
        }

        var mac = bytes.Span[^TrailerSize..^Digest.Size];
        if (!CryptographicOperations.FixedTimeEquals(key.Mac(_mac, bytes.Span[..^TrailerSize]), mac))
        {
            throw Errors.DataDamaged(file, bytes.Length - TrailerSize, "nobody who has the key vouches for it");
        }

        if (part.IsEmpty)
        {
            return new SealedParts(open, part, generation, true);
        }

        return key.For(_seal, []).Open(part.Span, bytes.Span[..end]) is { } plain
            ? new SealedParts(open, plain, generation, true)
            : throw Errors.DataDamaged(file, end, "its sealed part cannot be opened");
    }

    private (int OpenLength, bool IsEncrypted, int Generation) Check(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize + TrailerSize)
        {
            throw Errors.DataDamaged(file, bytes.Length, "it is too short");
        }

        if (BinaryPrimitives.ReadUInt64BigEndian(bytes) != _magic)
        {
            throw Errors.DataDamaged(file, 0, "it does not begin as it must");
        }

        var isEncrypted = FormatVersion.Check(
            file,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..])
        );
        var hash = new Digest(bytes[^Digest.Size..]);
        if (Digest.Of(bytes[..^Digest.Size]) != hash)
        {
            throw Errors.DataDamaged(file, bytes.Length - Digest.Size, "its hash does not match");
        }

        var generation = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        var openLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        var sealedLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
        if (
            openLength < 0
            || sealedLength < 0
            || (long)openLength + sealedLength != bytes.Length - HeaderSize - TrailerSize
            || (isEncrypted ? generation < 1 : generation != 0)
            || !isEncrypted && !Digests.DigestTree.IsZero(bytes[^TrailerSize..^Digest.Size])
        )
        {
            throw Errors.DataDamaged(file, 12, "its lengths or its key places do not fit");
        }

        return (openLength, isEncrypted, generation);
    }
}
