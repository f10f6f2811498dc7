using System.Buffers.Binary;
using Longhaul.Core;

namespace Longhaul.Format.Bytes;

/// <summary>The frame of a small file with an open and a sealed part: log records and checkpoints. Little-endian.</summary>
/// <remarks>
/// <code>
/// off  size  field
///   0     8  magic
///   8     2  version          1
///  10     2  flags            bit 0: the sealed part is encrypted, and there is a MAC
///  12     4  key generation   0 in a plain backup
///  16     4  open length
///  20     4  sealed length
///  24        open part, then sealed part
///        32  MAC              zeros in a plain backup
///        32  SHA-256          of everything before
/// </code>
/// <para>Source: docs/format.md, section "Log record". Change the two together.</para>
/// </remarks>
/// <threadsafety>Stateless.</threadsafety>
internal static class SealedFile
{
    /// <summary>Bytes before the open part.</summary>
    public const int HeaderSize = 24;

    /// <summary>Bytes of the MAC's place.</summary>
    public const int MacSize = 32;

    /// <summary>Bytes behind the sealed part.</summary>
    public const int TrailerSize = MacSize + Digest.Size;

    /// <summary>Makes a plain file.</summary>
    /// <param name="magic">What the file begins with.</param>
    /// <param name="openPart">Readable without keys.</param>
    /// <param name="sealedPart">Sealed in an encrypted backup; empty when there is none.</param>
    public static byte[] Encode(ulong magic, ReadOnlySpan<byte> openPart, ReadOnlySpan<byte> sealedPart)
    {
        var bytes = new byte[HeaderSize + openPart.Length + sealedPart.Length + TrailerSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), FormatVersion.Current);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), openPart.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), sealedPart.Length);
        openPart.CopyTo(bytes.AsSpan(HeaderSize));
        sealedPart.CopyTo(bytes.AsSpan(HeaderSize + openPart.Length));
        Digest.Of(bytes.AsSpan(0, bytes.Length - Digest.Size)).CopyTo(bytes.AsSpan(bytes.Length - Digest.Size));
        return bytes;
    }

    /// <summary>Takes a file apart that may be damaged or hostile.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="magic">What the file must begin with.</param>
    /// <param name="bytes">All of the file.</param>
    /// <param name="openLength">Bytes of the open part, at <see cref="HeaderSize"/>; the sealed part is the rest before
    /// the trailer.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public static void Check(string file, ulong magic, ReadOnlySpan<byte> bytes, out int openLength)
    {
        if (bytes.Length < HeaderSize + TrailerSize)
        {
            throw Errors.DataDamaged(file, bytes.Length, "it is too short");
        }

        if (BinaryPrimitives.ReadUInt64BigEndian(bytes) != magic)
        {
            throw Errors.DataDamaged(file, 0, "it does not begin as it must");
        }

        FormatVersion.Check(
            file,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..])
        );
        var hash = new Digest(bytes[^Digest.Size..]);
        if (Digest.Of(bytes[..^Digest.Size]) != hash)
        {
            throw Errors.DataDamaged(file, bytes.Length - Digest.Size, "its hash does not match");
        }

        openLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        var sealedLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
        if (
            openLength < 0
            || sealedLength < 0
            || (long)openLength + sealedLength != bytes.Length - HeaderSize - TrailerSize
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]) != 0
            || !Digests.DigestTree.IsZero(bytes[^TrailerSize..^Digest.Size])
        )
        {
            throw Errors.DataDamaged(file, 12, "its lengths or its key places do not fit");
        }
    }
}
