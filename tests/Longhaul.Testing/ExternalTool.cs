using System.Diagnostics;

namespace Longhaul.Testing;

/// <summary>Runs a program for a test.</summary>
public static class ExternalTool
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="path">As <see cref="Require.Tool"/> found it.</param>
    /// <param name="arguments">One an item; no shell reads them.</param>
    /// <param name="environment">Set beside what this process has; null for nothing.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <returns>Its exit code, and what it printed on both streams.</returns>
    public static async Task<(int ExitCode, string Output)> TryRunAsync(
        string path,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <inheritdoc cref="TryRunAsync"/>
    /// <returns>What it printed on both streams.</returns>
    public static async Task<string> RunAsync(
        string path,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var (exitCode, output) = await TryRunAsync(path, arguments, null, cancellationToken);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{path} ended with {exitCode}: {output}");
    }
}
