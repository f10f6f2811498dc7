using System.Buffers;

namespace Longhaul.Catalog.Naming;

/// <summary>Finds what a person means by a name, an id, or the beginning of an id.</summary>
/// <remarks>Pure. The first of these that fits anything decides: the whole id; the exact name;
/// <c>REPOSITORY/NAME</c>; the beginning of an id, at least <see cref="ShortestPrefix"/> hex digits. So a name that
/// looks like the beginning of an id still is that name.</remarks>
public static class NameLookup
{
    /// <summary>Fewest hex digits an id may be shortened to.</summary>
    public const int ShortestPrefix = 4;

    private const int IdLength = 32;

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Finds the candidates that fit best.</summary>
    /// <typeparam name="T">What is looked up.</typeparam>
    /// <param name="text">What the person wrote; names are compared with case, ids without.</param>
    /// <param name="candidates">Everything it may mean; enumerated once.</param>
    public static NameMatch<T> Find<T>(string text, IEnumerable<NameCandidate<T>> candidates)
    {
        var all = candidates.ToList();
        Func<NameCandidate<T>, bool>[] rules =
        [
            candidate => text.Length == IdLength && IsId(candidate, text),
            candidate => candidate.Name == text,
            candidate => candidate.Repository is not null && candidate.Label == text,
            candidate => IsPrefix(text) && IsId(candidate, text),
        ];
        foreach (var rule in rules)
        {
            var matches = all.Where(rule).ToList();
            if (matches.Count > 0)
            {
                return new(matches);
            }
        }

        return new([]);
    }

    /// <summary>Whether a text may be the beginning of an id.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsPrefix(string text) =>
        text.Length is >= ShortestPrefix and <= IdLength && !text.AsSpan().ContainsAnyExcept(s_hex);

    private static bool IsId<T>(NameCandidate<T> candidate, string text) =>
        candidate.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase);
}
