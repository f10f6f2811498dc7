using System.Diagnostics;
using System.Text;
using Longhaul.Testing;

namespace Longhaul.EndToEnd.Tests.Programs;

/// <summary>Runs the program at a real terminal, with somebody who types: under <c>script</c> (Debian: bsdutils).</summary>
internal static class PseudoTerminal
{
    /// <summary>Runs a program and types an answer whenever it asks.</summary>
    /// <param name="command">A command line for the shell.</param>
    /// <param name="question">What a question ends with; it is waited for before anything is typed.</param>
    /// <param name="answers">What is typed, in turn, each with Enter.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <returns>Its exit code, and all that the terminal showed.</returns>
    public static async Task<(int ExitCode, string Screen)> RunAsync(
        string command,
        string question,
        IReadOnlyList<string> answers,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var screen = new StringBuilder();
        try
        {
            var (next, seen) = (0, 0);
            var buffer = new char[1024];
            while (await process.StandardOutput.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                screen.Append(buffer, 0, count);
                var text = screen.ToString();
                if (next < answers.Count && text.IndexOf(question, seen, StringComparison.Ordinal) is >= 0 and var at)
                {
                    seen = at + question.Length;
                    await WaitForSilenceAsync(process.Id, cancellationToken);
                    foreach (var part in answers[next++] + "\r")
                    {
                        // Key by key, as a person types: what the terminal itself would echo is seen then.
                        await process.StandardInput.WriteAsync(part);
                        await process.StandardInput.FlushAsync(cancellationToken);
                    }
                }
            }

            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, screen.ToString());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Waits until the terminal does not echo: the program turns that off when it begins to read, which is a moment after it
    /// has asked. What a person types ahead of it is seen.</summary>
    private static async Task WaitForSilenceAsync(int script, CancellationToken cancellationToken)
    {
        var children = await File.ReadAllTextAsync($"/proc/{script}/task/{script}/children", cancellationToken);
        var terminal = new FileInfo($"/proc/{children.Split(' ')[0]}/fd/0").LinkTarget!;
        for (var look = 0; look < 1000; look++)
        {
            var (_, settings) = await ExternalTool.TryRunAsync(
                Require.Tool("stty"),
                ["--file", terminal, "--all"],
                null,
                cancellationToken
            );
            if (settings.Contains(" -echo ", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"{terminal} goes on echoing.");
    }
}
