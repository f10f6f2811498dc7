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
);
