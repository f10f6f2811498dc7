using System.CommandLine;
using Longhaul.Cli.Interaction;
using Longhaul.Core;

namespace Longhaul.Cli.Hosting;

/// <summary>The options that every command takes, anywhere on the line.</summary>
/// <threadsafety>Immutable once made.</threadsafety>
internal sealed class GlobalOptionSet
{
    /// <summary>Name of the option that asks for JSON; looked for also in a line that cannot be understood.</summary>
    public const string JsonName = "--json";

    private readonly Option<string?> _home = new("--home")
    {
        Description = "Where configuration and history are kept (default: $LONGHAUL_HOME, else ~/.longhaul)",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<bool> _json = CliOptions.Flag(JsonName, "Print exactly one JSON document on stdout");
    private readonly Option<bool> _yes = CliOptions.Flag("--yes", "Answer every question with yes");
    private readonly Option<bool> _quiet = CliOptions.Flag("--quiet", "Print results and errors only");
    private readonly Option<bool> _noColor = CliOptions.Flag("--no-color", "No colours, even on a terminal");

    private readonly Option<LogDetail?> _log = CliOptions.Choice<LogDetail>(
        "--log-level",
        "How much is said on stderr (default: warning)"
    );

    private readonly Option<ProgressMode?> _progress = CliOptions.Choice<ProgressMode>(
        "--progress",
        "How progress is shown on stderr (default: auto)"
    );

    private readonly Option<string[]> _passwordFiles = new("--password-file")
    {
        Description =
            "A file that holds a password of an encrypted backup, without its last newline; may be given several times, the "
            + "job's own first (default: $LONGHAUL_PASSWORD, else what is kept, else a person is asked)",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Gives the options to a root command.</summary>
    /// <param name="root">The command.</param>
    public void AddTo(Command root)
    {
        Option[] options = [_home, _json, _yes, _quiet, _noColor, _log, _progress, _passwordFiles];
        foreach (var option in options)
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    /// <summary>Reads what they said.</summary>
    /// <param name="line">A line without errors.</param>
    /// <param name="interaction">For the environment.</param>
    /// <exception cref="LonghaulException">usage.invalid: no home is given, and the user has none, or a password is empty;
    /// file.unreadable.</exception>
    public GlobalOptions Read(ParseResult line, IInteraction interaction)
    {
        var home = line.GetValue(_home) ?? interaction.GetEnvironment("LONGHAUL_HOME") ?? DefaultHome(interaction);
        return new(
            Path.GetFullPath(home),
            line.GetValue(_json),
            line.GetValue(_yes),
            line.GetValue(_quiet),
            line.GetValue(_noColor) || interaction.GetEnvironment("NO_COLOR") is not null,
            line.GetValue(_log) ?? LogDetail.Warning,
            line.GetValue(_progress) ?? ProgressMode.Auto,
            PasswordFiles.Read(line.GetValue(_passwordFiles) ?? [], interaction)
        )
        {
            HasPasswordFiles = line.GetValue(_passwordFiles) is { Length: > 0 },
        };
    }

    private static string DefaultHome(IInteraction interaction) =>
        interaction.GetEnvironment("HOME") is { } user
            ? Path.Combine(user, ".longhaul")
            : throw Errors.UsageInvalid("neither --home nor $LONGHAUL_HOME nor $HOME says where the home is");
}
