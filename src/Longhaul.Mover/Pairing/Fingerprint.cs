using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Longhaul.Mover.Pairing;

/// <summary>What a certificate is known by: SHA-256 over the whole of it.</summary>
/// <remarks>Peers trust each other's certificate because a person carried its fingerprint, in a token, from one to the other:
/// no authority signs them.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct Fingerprint
{
    /// <summary>Bytes of one.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly string? _hex;

    private Fingerprint(string hex)
    {
        _hex = hex;
    }

    /// <summary>Finds the fingerprint of a certificate.</summary>
    /// <param name="certificate">Any certificate.</param>
    public static Fingerprint Of(X509Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new Fingerprint(Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData())));
    }

    /// <summary>Takes one out of a token.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    public static Fingerprint FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        return new Fingerprint(Convert.ToHexStringLower(bytes));
    }

    /// <summary>Reads one as it is shown to people. Never throws.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="fingerprint">The fingerprint; the default when it is none.</param>
    public static bool TryParse(string? text, out Fingerprint fingerprint)
    {
        var isOne = text?.Length == 2 * Size && text.All(char.IsAsciiHexDigitLower);
        fingerprint = isOne ? new Fingerprint(text!) : default;
        return isOne;
    }

    /// <summary>Its bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(ToString());

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => _hex ?? new string('0', 2 * Size);
}
