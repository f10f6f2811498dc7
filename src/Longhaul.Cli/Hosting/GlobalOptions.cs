using Longhaul.Format.Keys;

namespace Longhaul.Cli.Hosting;

/// <summary>What the global options said.</summary>
/// <param name="Home">Absolute path of the home.</param>
/// <param name="Json">Whether one JSON document is wanted on standard output.</param>
/// <param name="Yes">Whether every question is answered yes beforehand.</param>
/// <param name="Quiet">Whether only results and errors are wanted.</param>
/// <param name="NoColor">Whether colours are unwanted even on a terminal.</param>
/// <param name="Log">How much is said on standard error.</param>
/// <param name="Progress">How progress is shown.</param>
/// <param name="Passwords">The passwords that were given, in order.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record GlobalOptions(
    string Home,
    bool Json,
    bool Yes,
    bool Quiet,
    bool NoColor,
    LogDetail Log,
    ProgressMode Progress,
    IReadOnlyList<Password> Passwords
)
{
    /// <summary>Whether they stand in files named on the line, and not in the environment.</summary>
    public bool HasPasswordFiles { get; init; }

    /// <summary>What a person typed to open what was locked.</summary>
    public IReadOnlyList<Password> TypedToOpen { get; init; } = [];

    /// <summary>What a person typed, twice, for a new backup; null for nothing.</summary>
    public Password? TypedForNew { get; init; }

    /// <summary>What a person typed no password for that opens it, so that the rest is done without; as errors name it.</summary>
    public IReadOnlyList<string> DoneWithout { get; init; } = [];

    /// <summary>Whether no password was given beforehand, so that a person may be asked.</summary>
    public bool MayAskForPasswords => Passwords.Count == 0;
}
