using System.Diagnostics;
using System.Text;

namespace Longhaul.EndToEnd.Tests.Programs;

/// <summary>Runs the program at a real terminal, with somebody who types: under <c>script</c> (Debian: bsdutils).</summary>
internal static class PseudoTerminal
{
    /// <summary>Runs a program and types an answer whenever it asks.</summary>
    /// <param name="command">A command line for the shell.</param>
    /// <param name="question">What a question ends with; it is waited for before anything is typed.</param>
    /// <param name="answers">What is typed, in turn, as soon as the question can be seen: each with Enter, or keys such as
    /// Ctrl-C alone.</param>
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
                    var answer = answers[next++];
                    foreach (var part in answer.Any(char.IsControl) ? answer : answer + "\r")
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
}
