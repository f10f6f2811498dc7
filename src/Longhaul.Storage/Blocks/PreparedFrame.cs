using System.Buffers;
using Longhaul.Format.Segments;

namespace Longhaul.Storage.Blocks;

/// <summary>A frame that has its place in a segment, as the bytes that are written there.</summary>
/// <remarks>Owns its payload until it is disposed.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class PreparedFrame : IDisposable
{
    private byte[]? _rented;

    private PreparedFrame(FrameInfo frame, byte[] header, byte[] rented)
    {
        Frame = frame;
        Header = header;
        _rented = rented;
    }

    /// <summary>What the segment's table says of it.</summary>
    public FrameInfo Frame { get; }

    /// <summary>Its header.</summary>
    public byte[] Header { get; }

    /// <summary>Its payload as stored; not to be used after disposal.</summary>
    public ReadOnlyMemory<byte> Payload =>
        (_rented ?? throw new ObjectDisposedException(nameof(PreparedFrame))).AsMemory(0, Frame.StoredLength);

    /// <summary>Seals the payload where the segment is encrypted, and makes header and checksum.</summary>
    /// <param name="rented">An array out of the shared pool; taken over.</param>
    /// <param name="length">How many bytes of it are the payload.</param>
    /// <param name="place">The frame's number and offset, and the length it will have as stored.</param>
    /// <param name="cipher">The segment's; null in a plain one.</param>
    public static PreparedFrame Of(byte[] rented, int length, FrameInfo place, SegmentCipher? cipher)
    {
        try
        {
            if (cipher is not null)
            {
                var plain = rented;
                rented = ArrayPool<byte>.Shared.Rent(place.StoredLength);
                cipher.Seal(place, plain.AsSpan(0, length), rented.AsSpan(0, place.StoredLength));
                ArrayPool<byte>.Shared.Return(plain);
            }

            var header = new byte[place.HeaderLength];
            var frame = FrameHeader.Write(
                header,
                place.Number,
                place.Offset,
                place.Codec,
                place.RawLength,
                rented.AsSpan(0, place.StoredLength),
                place.Base,
                place.Depth,
                place.BeginsRun
            );
            return new PreparedFrame(frame, header, rented);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
    }

    /// <summary>Gives the payload's memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
