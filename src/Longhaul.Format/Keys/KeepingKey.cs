using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Longhaul.Format.Keys;

/// <summary>What an installation seals the passwords under that it keeps for later runs.</summary>
/// <remarks>
/// <para>AES-256-GCM with a random 96-bit nonce each time. Associated data: the ASCII text <c>longhaul kept password</c>, a zero
/// byte, and what the password is for. Sealed is its length in bytes (u16, little-endian), its UTF-8, and zeros up to a multiple
/// of <see cref="Step"/>, so that its length is not seen.</para>
/// <para>Source: NIST SP 800-38D; docs/decisions/0016-kept-passwords.md.</para>
/// </remarks>
/// <threadsafety>Immutable. It never shows its bytes.</threadsafety>
public sealed class KeepingKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = FileKey.Size;

    private const int LengthSize = 2;
    private const int Step = 64;

    private readonly FileKey _key;

    /// <summary>Takes a key.</summary>
    /// <param name="key"><see cref="Size"/> bytes; not kept after the call.</param>
    public KeepingKey(ReadOnlySpan<byte> key) => _key = new FileKey(key.ToArray());

    /// <summary>Makes the bytes of a new key.</summary>
    public static byte[] NewBytes() => RandomNumberGenerator.GetBytes(Size);

    /// <summary>Seals a password.</summary>
    /// <param name="password">The password, at most 65,535 bytes as UTF-8.</param>
    /// <param name="about">What it is for.</param>
    public byte[] Seal(Password password, string about)
    {
        ArgumentNullException.ThrowIfNull(password);
        var text = password.Utf8;
        var plain = new byte[(LengthSize + text.Length + Step - 1) / Step * Step];
        BinaryPrimitives.WriteUInt16LittleEndian(plain, checked((ushort)text.Length));
        text.CopyTo(plain.AsSpan(LengthSize));
        return _key.Seal(plain, About(about));
    }

    /// <summary>Opens what may be damaged, sealed under another key, or for something else.</summary>
    /// <param name="part">What <see cref="Seal"/> gave.</param>
    /// <param name="about">What it is for.</param>
    /// <returns>Null when it is not what was sealed here, for this. Never throws.</returns>
    public Password? Open(ReadOnlySpan<byte> part, string about)
    {
        if (_key.Open(part, About(about)) is not { Length: >= Step } plain)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(plain);
        return length > 0 && length <= plain.Length - LengthSize
            ? new Password(plain.AsSpan(LengthSize, length))
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => "(keeping key)";

    private static byte[] About(string about) => Encoding.UTF8.GetBytes("longhaul kept password\0" + about);
}
