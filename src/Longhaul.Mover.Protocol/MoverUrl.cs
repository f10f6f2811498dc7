using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Longhaul.Mover.Protocol;

/// <summary>Where a repository lies that is behind a mover: <c>mover://HOST:PORT/NAME</c>.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MoverUrl
{
    /// <summary>What such a URL begins with.</summary>
    public const string Scheme = "mover";

    private const int LongestName = 100;

    private MoverUrl(string host, int port, string repository)
    {
        Host = host;
        Port = port;
        Repository = repository;
    }

    /// <summary>A host's name, or an address; an IPv6 address in brackets.</summary>
    public string Host { get; }

    /// <summary>1 to 65,535.</summary>
    public int Port { get; }

    /// <summary>The repository's name at the mover.</summary>
    public string Repository { get; }

    /// <summary>Host and port, as a pinned certificate is kept under.</summary>
    public string Authority => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>Whether a repository may be called this at a mover.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>True for 1 to 100 out of <c>a-z A-Z 0-9 . _ -</c> that do not begin with a dot.</returns>
    public static bool IsRepositoryName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= LongestName
            && name[0] != '.'
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
    }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="url">The URL; null when it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out MoverUrl? url)
    {
        ArgumentNullException.ThrowIfNull(text);
        url = null;
        if (
            !text.StartsWith(Scheme + "://", StringComparison.OrdinalIgnoreCase)
            || !Uri.TryCreate(text, UriKind.Absolute, out var parsed)
            || parsed.Port is <= 0 or > ushort.MaxValue
            || parsed.UserInfo.Length > 0
            || parsed.Query.Length > 0
            || parsed.Fragment.Length > 0
            || parsed.AbsolutePath.Length < 2
            || !IsRepositoryName(parsed.AbsolutePath[1..])
        )
        {
            return false;
        }

        url = new MoverUrl(parsed.Host, parsed.Port, parsed.AbsolutePath[1..]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}://{Authority}/{Repository}";
}
