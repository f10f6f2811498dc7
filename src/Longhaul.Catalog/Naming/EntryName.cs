using System.Buffers;

namespace Longhaul.Catalog.Naming;

/// <summary>What a machine, a job or a repository may be called.</summary>
/// <remarks>A job's name becomes a folder's name, and <c>/</c> and <c>@</c> separate the parts of a reference; so
/// names are 1 to 64 of the letters <c>A-Z a-z</c>, digits, space and <c>. _ -</c>, begin with a letter, a digit or
/// <c>_</c>, do not end in a space or a dot, and are no id.</remarks>
public static class EntryName
{
    /// <summary>Most characters a name may have.</summary>
    public const int Longest = 64;

    private static readonly SearchValues<char> s_allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._- "
    );

    /// <summary>Whether a text may be a name.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsValid(string text) =>
        text.Length is >= 1 and <= Longest
        && !text.AsSpan().ContainsAnyExcept(s_allowed)
        && (char.IsAsciiLetterOrDigit(text[0]) || text[0] == '_')
        && text[^1] is not (' ' or '.')
        && !Guid.TryParseExact(text, "N", out _);
}
