using System.CommandLine;
using Longhaul.Cli.Values;

namespace Longhaul.Cli.Hosting;

/// <summary>Makes options of the kinds that commands need, all with the same manners.</summary>
internal static class CliOptions
{
    /// <summary>An option that is there or not.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    public static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>The option of every command that would keep a password.</summary>
    public static Option<bool> NoRemember() => Flag("--no-remember", "Keep no password for later runs");

    /// <summary>A flag that <c>edit</c> can also take back with <c>false</c>.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    public static Option<bool?> Switch(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>A text.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">What the value is called in the help.</param>
    /// <param name="description">For the help.</param>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>A list: the option may be repeated, and may take several values.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">What a value is called in the help.</param>
    /// <param name="description">For the help.</param>
    public static Option<string[]> List(string name, string helpName, string description)
    {
        var option = new Option<string[]>(name)
        {
            Description = description,
            HelpName = helpName,
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = static _ => [],
        };

        // The parser takes whatever follows for a value, a mistyped option too.
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal)))
            {
                result.AddError($"Unrecognized option '{token.Value}'.");
            }
        });
        return option;
    }

    /// <summary>One of a few words.</summary>
    /// <typeparam name="T">What the words mean.</typeparam>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help; says the default.</param>
    /// <returns>An option whose value is null when it is not given.</returns>
    public static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().ToDictionary(JsonWords.Of, StringComparer.Ordinal);
        var option = Value<T>(name, string.Join('|', words.Keys), description, words.TryGetValue);
        option.CompletionSources.Add(words.Keys.ToArray());
        return option;
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help; says the default.</param>
    /// <param name="least">The smallest number allowed.</param>
    /// <param name="most">The largest number allowed.</param>
    /// <returns>An option whose value is null when it is not given.</returns>
    public static Option<int?> Count(string name, string description, int least, int most = int.MaxValue) =>
        Value(name, "N", description, CountValue.Parser(least, most));

    /// <summary>A value with a syntax of its own.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">What the value is called in the help.</param>
    /// <param name="description">For the help; says the default.</param>
    /// <param name="parser">Understands it.</param>
    /// <returns>An option whose value is null when it is not given.</returns>
    public static Option<T?> Value<T>(string name, string helpName, string description, ValueParser<T> parser)
        where T : struct =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (parser(text, out var value))
                {
                    return value;
                }

                result.AddError($"'{text}' is no value for {name}: {helpName} is expected.");
                return null;
            },
        };
}
