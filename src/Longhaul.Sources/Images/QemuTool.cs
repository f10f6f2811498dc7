using System.Diagnostics;
using System.Text;
using Longhaul.Core;

namespace Longhaul.Sources.Images;

/// <summary>Finds and starts QEMU's programs for disk images.</summary>
internal static class QemuTool
{
    /// <summary>Debian's package that has them.</summary>
    private const string Package = "qemu-utils";

    /// <summary>Finds a program on the path.</summary>
    /// <param name="name">The file's name, such as <c>qemu-nbd</c>.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="LonghaulException">tool.missing.</exception>
    internal static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
        ?? throw Errors.ToolMissing(name, Package);

    /// <summary>Runs <c>qemu-img</c> to its end.</summary>
    /// <param name="arguments">One an item.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its exit code and what it printed.</returns>
    /// <exception cref="LonghaulException">tool.missing.</exception>
    internal static async Task<(int ExitCode, string Output, string Reason)> RunImgAsync(
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    )
    {
        // In a session of its own: a Ctrl-C is meant for this process, which then kills it.
        var start = Describe("setsid", [Find("qemu-img"), .. arguments]);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return (
                process.ExitCode,
                await output.ConfigureAwait(false),
                ReasonIn(await errors.ConfigureAwait(false), "it gave no reason")
            );
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>How a program is started: with an empty input, and none of our secrets in its environment.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">One an item.</param>
    internal static ProcessStartInfo Describe(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>Finds the reason in what a program of QEMU's printed on its way out.</summary>
    /// <param name="printed">Its standard error.</param>
    /// <param name="otherwise">The answer when it says nothing.</param>
    /// <returns>The last line, without the program's name in front and a full stop at the end.</returns>
    internal static string ReasonIn(string printed, string otherwise)
    {
        var line = printed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (line.Length == 0)
        {
            return otherwise;
        }

        var reason = line.LastOrDefault(text => text.StartsWith("qemu-", StringComparison.Ordinal)) ?? line[^1];
        var colon = reason.IndexOf(": ", StringComparison.Ordinal);
        return (
            reason.StartsWith("qemu-", StringComparison.Ordinal) && colon > 0 ? reason[(colon + 2)..] : reason
        ).TrimEnd('.');
    }
}
