using System.Text.Json;

namespace Longhaul.Cli.Values;

/// <summary>The words of the command line and of JSON: lower case, with dashes.</summary>
internal static class JsonWords
{
    /// <summary>Turns a member's name into its word: <c>ForeverForward</c> into <c>forever-forward</c>.</summary>
    /// <param name="name">A name in Pascal case.</param>
    public static string Of(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    /// <summary>The word for a member of an enumeration.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="value">The member.</param>
    public static string Of<T>(T value)
        where T : struct, Enum => Of(value.ToString());
}
