using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;

namespace Longhaul.Cli.Commands.General;

/// <summary><c>completion bash|zsh|fish</c></summary>
internal sealed class CompletionCommand : CliCommand
{
    private static readonly Dictionary<string, string> s_scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _longhaul()
            {
                local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
                COMPREPLY=($(compgen -W "$(longhaul complete "$COMP_POINT" "$COMP_LINE" 2>/dev/null)" -- "$word"))
                [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))
            }
            complete -o filenames -F _longhaul longhaul
            """,
        ["zsh"] = """
            #compdef longhaul
            _longhaul()
            {
                local -a words_found
                words_found=("${(@f)$(longhaul complete "$CURSOR" "$BUFFER" 2>/dev/null)}")
                if [[ -n "${words_found[1]}" ]]; then compadd -- "${words_found[@]}"; else _files; fi
            }
            compdef _longhaul longhaul
            """,
        ["fish"] = """
            function __longhaul_complete
                longhaul complete (commandline -C) (commandline) 2>/dev/null
            end
            complete -c longhaul -a '(__longhaul_complete)'
            """,
    };

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish" };

    /// <summary>Makes the command.</summary>
    public CompletionCommand()
        : base(
            "completion",
            "Prints a script that completes command lines",
            "source <(longhaul completion bash)",
            "longhaul completion zsh > ~/.zfunc/_longhaul",
            "longhaul completion fish > ~/.config/fish/completions/longhaul.fish"
        )
    {
        _shell.AcceptOnlyFromAmong([.. s_scripts.Keys]);
        Add(_shell);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var shell = context.Value(_shell);
        if (context.Options.Json)
        {
            CliJson.Write(
                context.Interaction.Output,
                new CompletionDocument(shell, s_scripts[shell]),
                CliJson.Context.CompletionDocument
            );
        }
        else
        {
            await context.Interaction.Output.WriteLineAsync(s_scripts[shell]);
        }

        return ExitCodes.Done;
    }
}
