using System.Buffers.Binary;
using Longhaul.Core;
using Longhaul.Format.Bytes;

namespace Longhaul.Format.Points;

/// <summary>The first bytes of a point file. Little-endian.</summary>
/// <remarks>
/// <code>
/// off  size  field
///   0     8  magic       SHA-256("Longhaul point preamble v1")[0..8]
///   8     2  version     1
///  10     2  flags       bit 0: pages, nodes and header are encrypted
///  12     4  block size  bytes
///  16    16  backup id
///  32    16  point id
///  48    16  machine id
///  64    32  salt        of the file's key; zeros in a plain backup
///  96     8  checksum    XXH3-64 of bytes 0 to 95
/// </code>
/// <para>Source: docs/format.md, section "Point file". Change the two together.</para>
/// </remarks>
/// <param name="BlockSize">Bytes of a block.</param>
/// <param name="Backup">The backup the point was written for.</param>
/// <param name="Point">The point.</param>
/// <param name="Machine">Its machine.</param>
/// <param name="Salt">What the file's key is derived with; null in a plain file.</param>
internal readonly record struct PointPreamble(
    int BlockSize,
    BackupId Backup,
    PointId Point,
    MachineId Machine,
    byte[]? Salt
)
{
    /// <summary>Bytes of the preamble.</summary>
    public const int Size = 104;

    private const int SaltOffset = 64;
    private const int ChecksumOffset = Size - Checksum.Size;

    /// <summary>Writes the preamble.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        var bytes = destination[..Size];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Magic.PointPreamble);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], FormatVersion.Current);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], BlockSize);
        Backup.Value.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        Point.Value.TryWriteBytes(bytes[32..], bigEndian: true, out _);
        Machine.Value.TryWriteBytes(bytes[48..], bigEndian: true, out _);
        if (Salt is not null)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], FormatVersion.EncryptedFlag);
            Salt.CopyTo(bytes[SaltOffset..]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ChecksumOffset..], Checksum.Of(bytes[..ChecksumOffset]));
    }

    /// <summary>Reads a preamble that may be damaged or hostile.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public static PointPreamble Read(string file, ReadOnlySpan<byte> bytes)
    {
        if (BinaryPrimitives.ReadUInt64BigEndian(bytes) != Magic.PointPreamble)
        {
            throw Errors.DataDamaged(file, 0, "it does not begin like a point file");
        }

        var isEncrypted = FormatVersion.Check(
            file,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..])
        );
        var blockSize = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        if (
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumOffset..]) != Checksum.Of(bytes[..ChecksumOffset])
            || !Digests.DigestTree.IsBlockSize(blockSize)
            || !BackupId.TryRead(bytes[16..32], out var backup)
            || !PointId.TryRead(bytes[32..48], out var point)
            || !MachineId.TryRead(bytes[48..64], out var machine)
            || !isEncrypted && !Digests.DigestTree.IsZero(bytes[SaltOffset..ChecksumOffset])
        )
        {
            throw Errors.DataDamaged(file, 0, "its preamble is not what was written");
        }

        return new PointPreamble(
            blockSize,
            backup,
            point,
            machine,
            isEncrypted ? bytes[SaltOffset..ChecksumOffset].ToArray() : null
        );
    }
}
