using System.Buffers.Binary;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Segments;

/// <summary>Seals the payloads of one segment's frames.</summary>
/// <remarks>What a payload is sealed about is all its header says but its length and checksum, which follow from it, and
/// where it belongs: so a frame that is taken to another place, or named another, cannot be opened.
/// <para>Source: docs/format.md, section "Encryption".</para></remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class SegmentCipher
{
    /// <summary>By how many bytes a sealed payload is longer.</summary>
    public const int Overhead = FileKey.Overhead;

    private const int AboutSize = 64;

    private readonly FileKey _key;
    private readonly byte[] _place = new byte[BackupId.Size + SegmentId.Size];

    /// <summary>Derives the segment's key.</summary>
    /// <param name="key">The list key the segment is under.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="salt">Its salt, out of its preamble.</param>
    public SegmentCipher(ListKey key, SegmentId segment, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, ListKey.SaltSize);
        _key = key.For(KeyPurpose.Segment, salt);
        key.Backup.Value.TryWriteBytes(_place, bigEndian: true, out _);
        segment.Value.TryWriteBytes(_place.AsSpan(BackupId.Size), bigEndian: true, out _);
    }

    /// <summary>Seals a payload.</summary>
    /// <param name="frame">What its header will say; stored length, offset and checksum do not matter.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="destination">Exactly <see cref="Overhead"/> bytes longer.</param>
    public void Seal(FrameInfo frame, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Span<byte> about = stackalloc byte[AboutSize];
        Describe(frame, about);
        _key.Seal(payload, about, destination);
    }

    /// <summary>Opens a payload that may be damaged, forged, or from another place.</summary>
    /// <param name="frame">What its header says.</param>
    /// <param name="stored">The payload as stored; what is in it takes its place.</param>
    /// <param name="opened">Where in <paramref name="stored"/> it is then.</param>
    /// <returns>False when it was not sealed as this frame. Never throws.</returns>
    public bool OpenInPlace(FrameInfo frame, Span<byte> stored, out Range opened)
    {
        ArgumentNullException.ThrowIfNull(frame);
        opened = FileKey.ContentOf(stored.Length);
        if (stored.Length < Overhead)
        {
            return false;
        }

        Span<byte> about = stackalloc byte[AboutSize];
        Describe(frame, about);
        return _key.TryOpen(stored, about, stored[opened]);
    }

    private void Describe(FrameInfo frame, Span<byte> about)
    {
        about.Clear();
        _place.CopyTo(about);
        BinaryPrimitives.WriteInt32LittleEndian(about[32..], frame.Number);
        BinaryPrimitives.WriteInt32LittleEndian(about[36..], frame.RawLength);
        about[40] = (byte)frame.Codec;
        about[41] = (byte)(frame.BeginsRun ? 1 : 0);
        about[42] = (byte)frame.Depth;
        if (frame.Base is { } basis)
        {
            basis.Segment.Value.TryWriteBytes(about[44..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt32LittleEndian(about[60..], basis.Number);
        }
    }
}
