using System.Buffers.Binary;
using Longhaul.Core;

namespace Longhaul.Format.Bytes;

/// <summary>Takes a structure apart that may be damaged or hostile. Nothing throws: false means the bytes do not fit.</summary>
/// <param name="bytes">The structure.</param>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether everything was read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Reads one byte.</summary>
    public bool TryByte(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        return Skip(1);
    }

    /// <summary>Reads 8 bytes, little-endian.</summary>
    public bool TryUInt64(out ulong value)
    {
        value = _rest.Length < 8 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        return Skip(8);
    }

    /// <summary>Reads a varint of at most nine bytes, in its shortest form only.</summary>
    /// <param name="limit">Greatest value that is valid.</param>
    /// <param name="value">The number when the method returns true; 0 to <paramref name="limit"/>.</param>
    public bool TryVarint(long limit, out long value)
    {
        value = 0;
        for (var index = 0; index < 9 && index < _rest.Length; index++)
        {
            value |= (long)(_rest[index] & 0x7f) << 7 * index;
            if (_rest[index] < 0x80)
            {
                var shortest = index == 0 || _rest[index] != 0;
                _rest = _rest[(index + 1)..];
                return shortest && value <= limit;
            }
        }

        return false;
    }

    /// <summary>Reads a signed varint and adds it to a number.</summary>
    /// <param name="start">What it is counted from, 0 to <see cref="int.MaxValue"/>.</param>
    /// <param name="limit">Greatest sum that is valid.</param>
    /// <param name="sum">The sum when the method returns true; 0 to <paramref name="limit"/>.</param>
    public bool TryZigzag(long start, int limit, out int sum)
    {
        var read = TryVarint(1L << 40, out var coded);
        var total = start + ((coded >> 1) ^ -(coded & 1));
        var valid = read && total >= 0 && total <= limit;
        sum = valid ? (int)total : 0;
        return valid;
    }

    /// <summary>Reads a digest.</summary>
    public bool TryDigest(out Digest digest)
    {
        digest = _rest.Length < Digest.Size ? default : new Digest(_rest[..Digest.Size]);
        return Skip(Digest.Size);
    }

    /// <summary>Reads bytes as they are.</summary>
    /// <param name="length">How many, 0 or more.</param>
    /// <param name="value">The bytes when the method returns true.</param>
    public bool TryRaw(int length, out ReadOnlySpan<byte> value)
    {
        value = _rest.Length < length ? default : _rest[..length];
        return Skip(length);
    }

    private bool Skip(int length)
    {
        if (_rest.Length < length)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }
}
