using System.Buffers.Binary;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Segments;

/// <summary>The first bytes of a segment file. Little-endian.</summary>
/// <remarks>
/// <code>
/// off  size  field
///   0     8  magic       SHA-256("Longhaul segment preamble v1")[0..8]
///   8     2  version     1
///  10     2  flags       bit 0: payloads are encrypted
///  12     4  generation  from 1; a compaction writes the next
///  16    16  backup id
///  32    16  segment id
///  48    32  salt        of the file's key; zeros in a plain backup
///  80     8  checksum    XXH3-64 of bytes 0 to 79
/// </code>
/// <para>Source: docs/format.md, section "Segment file". Change the two together.</para>
/// </remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class SegmentPreamble
{
    /// <summary>Bytes of the preamble; the first frame's header follows.</summary>
    public const int Size = 88;

    /// <summary>The generation a segment is first sealed in.</summary>
    public const int FirstGeneration = 1;

    private const int SaltOffset = 48;
    private const int ChecksumOffset = Size - Checksum.Size;

    /// <summary>Makes the preamble of a new segment.</summary>
    /// <param name="backup">The backup it belongs to.</param>
    /// <param name="segment">Its id.</param>
    /// <param name="generation">From <see cref="FirstGeneration"/>.</param>
    /// <param name="isEncrypted">Whether payloads will be sealed, under a key that a new salt gives.</param>
    public static byte[] Create(BackupId backup, SegmentId segment, int generation, bool isEncrypted = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, FirstGeneration);
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Magic.SegmentPreamble);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), FormatVersion.Current);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), generation);
        backup.ToBytes().CopyTo(bytes, 16);
        segment.ToBytes().CopyTo(bytes, 32);
        if (isEncrypted)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), FormatVersion.EncryptedFlag);
            ListKey.NewSalt().CopyTo(bytes, SaltOffset);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(ChecksumOffset),
            Checksum.Of(bytes.AsSpan(0, ChecksumOffset))
        );
        return bytes;
    }

    /// <summary>Makes the preamble of a later generation: all but the generation stays, the salt too, which the payloads'
    /// key is derived from.</summary>
    /// <param name="preamble">The preamble of an earlier generation, exactly <see cref="Size"/> bytes.</param>
    /// <param name="generation">Above the earlier one.</param>
    public static byte[] CreateAgain(ReadOnlySpan<byte> preamble, int generation)
    {
        if (!TryRead(preamble, out _, out _, out var before) || generation <= before)
        {
            throw new ArgumentException("No preamble of an earlier generation.", nameof(preamble));
        }

        var bytes = preamble[..Size].ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), generation);
        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(ChecksumOffset),
            Checksum.Of(bytes.AsSpan(0, ChecksumOffset))
        );
        return bytes;
    }

    /// <summary>Reads a preamble that may be damaged or hostile.</summary>
    /// <param name="source">Any length; only the first <see cref="Size"/> bytes are read.</param>
    /// <param name="backup">The backup it belongs to.</param>
    /// <param name="segment">The segment's id.</param>
    /// <param name="generation">From <see cref="FirstGeneration"/>.</param>
    /// <returns>False when the bytes are no preamble this program can read. Never throws.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> source,
        out BackupId backup,
        out SegmentId segment,
        out int generation
    )
    {
        (backup, segment, generation) = (default, default, 0);
        if (
            source.Length < Size
            || BinaryPrimitives.ReadUInt64BigEndian(source) != Magic.SegmentPreamble
            || BinaryPrimitives.ReadUInt64LittleEndian(source[ChecksumOffset..])
                != Checksum.Of(source[..ChecksumOffset])
            || BinaryPrimitives.ReadUInt16LittleEndian(source[8..]) != FormatVersion.Current
            || (BinaryPrimitives.ReadUInt16LittleEndian(source[10..]) & ~FormatVersion.EncryptedFlag) != 0
            || SaltOf(source) is null && !Digests.DigestTree.IsZero(source[SaltOffset..ChecksumOffset])
        )
        {
            return false;
        }

        generation = BinaryPrimitives.ReadInt32LittleEndian(source[12..]);
        return generation >= FirstGeneration
            && BackupId.TryRead(source[16..32], out backup)
            && SegmentId.TryRead(source[32..48], out segment);
    }

    /// <summary>The salt that the payloads' key is derived with.</summary>
    /// <param name="preamble">A preamble that was made or read here.</param>
    /// <returns>Null in a plain segment.</returns>
    public static byte[]? SaltOf(ReadOnlySpan<byte> preamble) =>
        FormatVersion.IsEncrypted(BinaryPrimitives.ReadUInt16LittleEndian(preamble[10..]))
            ? preamble[SaltOffset..ChecksumOffset].ToArray()
            : null;

    /// <summary>Reads the preamble of a file and refuses any other than the expected segment.</summary>
    /// <param name="file">The file.</param>
    /// <param name="backup">The backup it must belong to.</param>
    /// <param name="segment">The id it must have.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The generation, and the salt of the payloads' key: null in a plain segment.</returns>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported; what the file throws.</exception>
    public static async ValueTask<(int Generation, byte[]? Salt)> ReadAsync(
        IByteRange file,
        BackupId backup,
        SegmentId segment,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Length < Size)
        {
            throw Errors.DataDamaged(file.Name, file.Length, "it ends inside its preamble");
        }

        var bytes = new byte[Size];
        await file.ReadAsync(0, bytes, cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt64BigEndian(bytes) != Magic.SegmentPreamble)
        {
            throw Errors.DataDamaged(file.Name, 0, "it does not begin like a segment");
        }

        FormatVersion.Check(
            file.Name,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(10))
        );
        if (!TryRead(bytes, out var foundBackup, out var foundSegment, out var generation))
        {
            throw Errors.DataDamaged(file.Name, 0, "the checksum of its preamble does not match");
        }

        if (foundBackup != backup || foundSegment != segment)
        {
            throw Errors.DataDamaged(file.Name, 16, $"it is segment {foundSegment} of backup {foundBackup}");
        }

        return (generation, SaltOf(bytes));
    }
}
