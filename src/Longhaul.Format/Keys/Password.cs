using System.Security.Cryptography;
using System.Text;

namespace Longhaul.Format.Keys;

/// <summary>A password; never shown.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class Password
{
    private readonly byte[] _utf8;

    /// <summary>Takes a password.</summary>
    /// <param name="text">Not empty; used as UTF-8.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public Password(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _utf8 = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Takes the UTF-8 of a password.</summary>
    /// <param name="utf8">Not empty; not kept after the call.</param>
    internal Password(ReadOnlySpan<byte> utf8) => _utf8 = utf8.ToArray();

    /// <summary>What the key is derived from.</summary>
    internal ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>Whether it is the same password, in a time that does not tell where they differ.</summary>
    /// <param name="other">Another.</param>
    public bool IsSame(Password other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(_utf8, other._utf8);
    }

    /// <inheritdoc/>
    public override string ToString() => "(password)";
}
