using Longhaul.Cli.Interaction;
using Spectre.Console;

namespace Longhaul.Cli.Output;

/// <summary>Makes the console that tables are written with.</summary>
internal static class PeopleConsole
{
    /// <summary>A console on standard output: colours and the terminal's width only on a terminal.</summary>
    /// <param name="interaction">Where standard output is.</param>
    /// <param name="noColor">Whether colours are unwanted even there.</param>
    public static IAnsiConsole On(IInteraction interaction, bool noColor)
    {
        var colours = interaction.IsOutputTerminal && !noColor;
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(interaction.Output),
                Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            }
        );
        console.Profile.Width = interaction.OutputWidth;
        return console;
    }
}
