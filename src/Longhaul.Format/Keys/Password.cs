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

    /// <summary>What the key is derived from.</summary>
    internal ReadOnlySpan<byte> Utf8 => _utf8;

    /// <inheritdoc/>
    public override string ToString() => "(password)";
}
