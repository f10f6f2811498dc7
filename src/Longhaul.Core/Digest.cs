using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Longhaul.Core;

/// <summary>A SHA-256: of a block's or a subtree's content, or of a whole file.</summary>
/// <remarks>What exactly is hashed is the caller's matter: content digests are nodes of the tree in
/// docs/format.md, section "Digests", and are made by <c>Longhaul.Format.Digests</c>.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct Digest
{
    /// <summary>Length of a digest, in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Reads a digest.</summary>
    /// <param name="source">Exactly <see cref="Size"/> bytes, in the order SHA-256 prints them.</param>
    /// <exception cref="ArgumentException"><paramref name="source"/> has another length.</exception>
    public Digest(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size)
        {
            throw new ArgumentException($"A digest has {Size} bytes, not {source.Length}.", nameof(source));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(source);
        _b = BinaryPrimitives.ReadUInt64BigEndian(source[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(source[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(source[24..]);
    }

    /// <summary>Whether this is no digest at all (all zero).</summary>
    public bool IsEmpty => (_a | _b | _c | _d) == 0;

    /// <summary>Hashes bytes as they are, without any prefix.</summary>
    /// <param name="bytes">Any length.</param>
    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return new Digest(hash);
    }

    /// <summary>Writes the digest.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes; only the first that many are written.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The digest as a new array of <see cref="Size"/> bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads a digest that may come from a damaged file.</summary>
    /// <param name="source">Any bytes; valid when exactly <see cref="Size"/>.</param>
    /// <param name="digest">The digest when the method returns true.</param>
    /// <returns>False when the bytes are no digest. Never throws.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out Digest digest)
    {
        digest = source.Length == Size ? new(source) : default;
        return source.Length == Size;
    }

    /// <summary>Reads a digest as <see cref="ToString"/> writes it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="digest">The digest when the method returns true.</param>
    /// <returns>False when the text is not 64 hex digits. Never throws.</returns>
    public static bool TryParse(string text, out Digest digest)
    {
        var bytes = new byte[Size];
        var isDigest =
            text.Length == 2 * Size && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;
        digest = isDigest ? new(bytes) : default;
        return isDigest;
    }

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString() => $"{_a:x16}{_b:x16}{_c:x16}{_d:x16}";
}
