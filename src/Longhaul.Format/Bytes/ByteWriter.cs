using System.Buffers;
using System.Buffers.Binary;
using Longhaul.Core;

namespace Longhaul.Format.Bytes;

/// <summary>Collects the bytes of a structure.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class ByteWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Bytes written.</summary>
    public int Length => _buffer.WrittenCount;

    /// <summary>Writes one byte.</summary>
    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>Writes 8 bytes, little-endian.</summary>
    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>Writes a varint: seven bits a byte, low bits first, the top bit says that more follow.</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value & 0x7f | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>Writes a signed number as a varint: 0, -1, 1, -2 … become 0, 1, 2, 3 …</summary>
    public void Zigzag(long value) => Varint(unchecked((ulong)(value << 1 ^ value >> 63)));

    /// <summary>Writes a digest, 32 bytes.</summary>
    public void Digest(Digest digest)
    {
        digest.CopyTo(_buffer.GetSpan(Core.Digest.Size));
        _buffer.Advance(Core.Digest.Size);
    }

    /// <summary>Writes bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    /// <summary>Begins anew.</summary>
    public void Clear() => _buffer.ResetWrittenCount();
}
