using Longhaul.Core;

namespace Longhaul.Mover.Pairing;

/// <summary>Permissions as words, on the command line, in files and in the protocol.</summary>
public static class MoverPermissionWords
{
    private static readonly (string Word, MoverPermissions Permission)[] s_words =
    [
        ("read", MoverPermissions.Read),
        ("append", MoverPermissions.Append),
        ("delete", MoverPermissions.Delete),
        ("admin", MoverPermissions.Admin),
    ];

    /// <summary>What an invitation allows that does not say: to copy there, and nothing that takes away.</summary>
    public static MoverPermissions Default => MoverPermissions.Read | MoverPermissions.Append;

    /// <summary>The words for permissions, weakest first.</summary>
    /// <param name="permissions">Any of them.</param>
    public static IReadOnlyList<string> Of(MoverPermissions permissions) =>
        [.. s_words.Where(each => permissions.HasFlag(each.Permission)).Select(each => each.Word)];

    /// <summary>Reads words out of a file or a message; those that this version does not know allow nothing.</summary>
    /// <param name="words">Any words.</param>
    public static MoverPermissions Read(IEnumerable<string> words) =>
        words.Aggregate(
            MoverPermissions.None,
            (all, word) => all | s_words.FirstOrDefault(each => each.Word == word).Permission
        );

    /// <summary>Reads a list that a person wrote: words with commas between them.</summary>
    /// <param name="text">Any text.</param>
    /// <exception cref="LonghaulException">usage.invalid: a word is not known.</exception>
    public static MoverPermissions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return words.FirstOrDefault(word => !s_words.Any(each => each.Word == word)) is { } unknown
                ? throw Errors.UsageInvalid($"'{unknown}' is no permission", $"Permissions are {Known}.")
            : words.Length == 0 ? throw Errors.UsageInvalid("no permission is named", $"Permissions are {Known}.")
            : Read(words);
    }

    private static string Known => string.Join(", ", s_words.Select(each => each.Word));
}
