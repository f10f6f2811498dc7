using System.Security.Cryptography;

namespace Longhaul.Format.Keys;

/// <summary>Seals parts of one file: AES-256-GCM, each part with a random 96-bit nonce of its own.</summary>
/// <remarks>
/// <para>A sealed part is the nonce, the ciphertext, which is as long as the plaintext, and the tag of 16 bytes.</para>
/// <para>Source: NIST SP 800-38D; docs/format.md, section "Encryption".</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class FileKey
{
    /// <summary>By how many bytes a sealed part is longer than what is in it.</summary>
    public const int Overhead = NonceSize + TagSize;

    /// <summary>Bytes of a key.</summary>
    public const int Size = 32;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _key;

    /// <summary>Takes over a key.</summary>
    /// <param name="key"><see cref="Size"/> bytes.</param>
    public FileKey(byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Size);
        _key = key;
    }

    /// <summary>Where in a part that was opened in its own place the content lies.</summary>
    /// <param name="length">Bytes of the part.</param>
    public static Range ContentOf(int length) => length < Overhead ? 0..0 : NonceSize..(length - TagSize);

    /// <summary>Seals a part.</summary>
    /// <param name="plain">What goes in.</param>
    /// <param name="about">What is not stored with it and must be the same when it is opened.</param>
    /// <param name="destination">Exactly <see cref="Overhead"/> bytes longer than <paramref name="plain"/>.</param>
    public void Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> about, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, plain.Length + Overhead);
        var nonce = destination[..NonceSize];
        RandomNumberGenerator.Fill(nonce);

        // An instance holds a cipher context that only one caller may use; making one costs a microsecond.
        using var cipher = new AesGcm(_key, TagSize);
        cipher.Encrypt(nonce, plain, destination[NonceSize..^TagSize], destination[^TagSize..], about);
    }

    /// <summary>Seals a part.</summary>
    /// <inheritdoc cref="Seal(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> about)
    {
        var part = new byte[plain.Length + Overhead];
        Seal(plain, about, part);
        return part;
    }

    /// <summary>Opens a part that may be damaged, forged, or from another place.</summary>
    /// <param name="part">The part as stored.</param>
    /// <param name="about">As when it was sealed.</param>
    /// <param name="plain">Exactly as long as what is in it, and where <see cref="ContentOf"/> says if it lies in the part
    /// itself; undefined when the method returns false.</param>
    /// <returns>False when it was not sealed under this key, about this. Never throws.</returns>
    public bool TryOpen(ReadOnlySpan<byte> part, ReadOnlySpan<byte> about, Span<byte> plain)
    {
        if (part.Length != plain.Length + Overhead)
        {
            return false;
        }

        using var cipher = new AesGcm(_key, TagSize);
        try
        {
            cipher.Decrypt(part[..NonceSize], part[NonceSize..^TagSize], part[^TagSize..], plain, about);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Opens a part that may be damaged, forged, or from another place.</summary>
    /// <param name="part">The part as stored.</param>
    /// <param name="about">As when it was sealed.</param>
    /// <returns>Null when it was not sealed under this key, about this. Never throws.</returns>
    public byte[]? Open(ReadOnlySpan<byte> part, ReadOnlySpan<byte> about)
    {
        if (part.Length < Overhead)
        {
            return null;
        }

        var plain = new byte[part.Length - Overhead];
        return TryOpen(part, about, plain) ? plain : null;
    }
}
