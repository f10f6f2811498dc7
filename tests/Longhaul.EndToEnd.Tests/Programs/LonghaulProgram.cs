using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Programs;

/// <summary>The built program: what <c>./longhaul</c> publishes and starts.</summary>
internal static class LonghaulProgram
{
    private static readonly Task<string> s_path = FindAsync();

    /// <summary>The folder of this checkout.</summary>
    public static string Checkout { get; } = Root();

    /// <summary>Path of the program itself, published when a source is newer.</summary>
    public static Task<string> PathAsync() => s_path;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">One an item.</param>
    /// <param name="environment">Set beside what this process has, without its <c>LONGHAUL_</c> variables.</param>
    /// <param name="cancellationToken">Kills the program and what it started.</param>
    public static async Task<Outcome> RunAsync(
        string path,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken
    )
    {
        using var program = Start(path, arguments, environment);
        return await program.EndAsync(cancellationToken);
    }

    /// <summary>Starts a program.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">One an item.</param>
    /// <param name="environment">Set beside what this process has, without its <c>LONGHAUL_</c> variables.</param>
    /// <returns>The program as it runs; the caller waits for its end and disposes it.</returns>
    public static RunningProgram Start(
        string path,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start.");
        return new RunningProgram(process, string.Join(' ', start.ArgumentList));
    }

    private static async Task<string> FindAsync()
    {
        var root = Root();
        var launcher = Path.Combine(root, "longhaul");
        var version = await RunAsync(launcher, ["version"], new Dictionary<string, string>(), CancellationToken.None);
        Assert.Equal(0, version.ExitCode);
        return Path.GetFullPath(
            new FileInfo(Path.Combine(root, "artifacts/longhaul/current")).ResolveLinkTarget(true)!.FullName
                + "/longhaul"
        );
    }

    private static bool IsOurs(string name) => name.StartsWith("LONGHAUL_", StringComparison.Ordinal);

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
