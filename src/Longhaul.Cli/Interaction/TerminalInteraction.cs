using Spectre.Console;

namespace Longhaul.Cli.Interaction;

/// <summary>The real standard streams.</summary>
/// <threadsafety>As <see cref="IInteraction"/>.</threadsafety>
internal sealed class TerminalInteraction : IInteraction
{
    private const int PipeWidth = 10_000;
    private const int NarrowestTerminal = 40;

    /// <inheritdoc/>
    public TextWriter Output { get; } = Console.Out;

    /// <inheritdoc/>
    public TextWriter Error { get; } = Console.Error;

    /// <inheritdoc/>
    public bool CanAsk => !Console.IsInputRedirected && IsErrorTerminal;

    /// <inheritdoc/>
    public bool IsOutputTerminal => !Console.IsOutputRedirected;

    /// <inheritdoc/>
    public bool IsErrorTerminal => !Console.IsErrorRedirected;

    /// <inheritdoc/>
    public int OutputWidth => IsOutputTerminal ? TerminalWidth : PipeWidth;

    /// <inheritdoc/>
    public int ErrorWidth => IsErrorTerminal ? TerminalWidth : PipeWidth;

    private static int TerminalWidth => Math.Max(Console.WindowWidth, NarrowestTerminal);

    /// <inheritdoc/>
    public string? GetEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <inheritdoc/>
    public string? ReadLine() => Console.ReadLine();

    /// <inheritdoc/>
    public async Task<string?> ReadSecretAsync(string prompt, CancellationToken cancellationToken)
    {
        // Asked whether a key waits, .NET turns the terminal's echo off, and not only when the first key is read: what is typed
        // right after the question would be shown. How the terminal was it restores by itself when the process ends, also by a
        // signal, and again after Ctrl-Z; set by ourselves the two would be at odds about what there was to restore.
        _ = Console.KeyAvailable;
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.Yes,
                Out = new AnsiConsoleOutput(Error),
                Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            }
        );
        var typed = await new TextPrompt<string>(Markup.Escape(prompt))
            .AllowEmpty()
            .Secret(mask: null)
            .ShowAsync(console, cancellationToken);
        return typed.Length == 0 ? null : typed;
    }
}
