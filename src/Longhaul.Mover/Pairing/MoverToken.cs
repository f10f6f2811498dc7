using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Longhaul.Core;

namespace Longhaul.Mover.Pairing;

/// <summary>What a person carries from a mover to a peer: the mover's fingerprint, and a secret that lets one peer in once.</summary>
/// <remarks>A secret: it is printed once, never as an argument, and read from a file. The mover keeps a hash of it only.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class MoverToken
{
    /// <summary>Bytes of the secret.</summary>
    internal const int SecretSize = 32;

    private const string Prefix = "longhaul-mover-1-";

    private readonly byte[] _secret;

    private MoverToken(Fingerprint mover, byte[] secret)
    {
        Mover = mover;
        _secret = secret;
    }

    /// <summary>The mover's certificate.</summary>
    public Fingerprint Mover { get; }

    /// <summary>The secret.</summary>
    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>Makes one with a fresh secret.</summary>
    /// <param name="mover">The mover's certificate.</param>
    internal static MoverToken Create(Fingerprint mover) => new(mover, RandomNumberGenerator.GetBytes(SecretSize));

    /// <summary>Reads one.</summary>
    /// <param name="text">What stands in the file; white space around it does not matter.</param>
    /// <exception cref="LonghaulException">mover.token: it is none.</exception>
    public static MoverToken Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var bytes = new byte[Fingerprint.Size + SecretSize];
        return
            trimmed.StartsWith(Prefix, StringComparison.Ordinal)
            && trimmed.Length == Prefix.Length + Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.TryDecodeFromChars(trimmed.AsSpan(Prefix.Length), bytes, out var count)
            && count == bytes.Length
            ? new MoverToken(Fingerprint.FromBytes(bytes.AsSpan(0, Fingerprint.Size)), bytes[Fingerprint.Size..])
            : throw Errors.MoverToken("what the file holds is no token");
    }

    /// <summary>The name that an invitation is kept under, which gives the secret not away.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    internal static string HashOf(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));

    /// <summary>The token as it is carried.</summary>
    public override string ToString() =>
        new StringBuilder(Prefix).Append(Base64Url.EncodeToString([.. Mover.ToBytes(), .. _secret])).ToString();
}
