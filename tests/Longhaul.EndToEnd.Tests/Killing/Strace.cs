using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>Runs the program under strace, which counts its system calls and strikes at one of them.</summary>
/// <remarks>The thread pool has one thread, so that the calls of a run come in nearly the same order each time. strace
/// counts per thread: the Nth call is that of the thread which first makes N. Not with <c>--seccomp-bpf</c>, which would be
/// faster: strace 6.1 then sends signals at the first call only.</remarks>
/// <param name="site">Where the program runs.</param>
internal sealed partial class Strace(Site site)
{
    private static readonly Dictionary<string, string> s_oneThread = new()
    {
        ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1",
        ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1",
    };

    private string TraceFile => site["trace"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs the program unharmed, and counts.</summary>
    /// <param name="calls">Names of system calls, separated by commas.</param>
    /// <param name="line">The command line.</param>
    /// <returns>Every place to strike: the call's name, and a number from 1 to the most that one thread made.</returns>
    public async Task<IReadOnlyList<Strike>> CountAsync(string calls, string line)
    {
        (await RunAsync([$"--trace={calls}"], line)).Ended(0);
        return Places();
    }

    /// <summary>Runs the program, and does something to it at one call.</summary>
    /// <param name="strike">The call.</param>
    /// <param name="what">What strace injects: <c>signal=SIGKILL</c>, <c>error=EIO</c>.</param>
    /// <param name="line">The command line.</param>
    /// <param name="slow">Calls that take 50 ms each, so that what was done to it is noticed before it has ended; null for none.</param>
    /// <returns>137 as exit code when it was killed. Killed before the call is made.</returns>
    public Task<Outcome> StrikeAsync(Strike strike, string what, string line, string? slow = null) =>
        RunAsync(
            [
                $"--trace={strike.Call}{(slow is null ? "" : "," + slow)}",
                $"--inject={strike.Call}:{what}:when={strike.Number}",
                .. slow is null ? [] : (string[])[$"--inject={slow}:delay_enter=50000"],
            ],
            line
        );

    /// <summary>The files whose calls were made to fail in the last run.</summary>
    public IReadOnlyList<string> Struck() =>
        [
            .. File.ReadLines(TraceFile)
                .Where(line => line.EndsWith("(INJECTED)", StringComparison.Ordinal))
                .Select(line => Descriptor().Match(line).Groups["path"].Value),
        ];

    /// <summary>Whether the program that runs has come to the call at which it is stopped.</summary>
    public bool HasStopped() =>
        File.Exists(TraceFile)
        && File.ReadLines(TraceFile).Any(line => line.Contains(" --- SIGSTOP ", StringComparison.Ordinal));

    /// <summary>Kills the program that runs, and so ends its trace.</summary>
    public void KillProgram()
    {
        var first = File.ReadLines(TraceFile).Select(line => Call().Match(line)).First(match => match.Success);
        using var program = Process.GetProcessById(
            int.Parse(first.Groups["thread"].Value, CultureInfo.InvariantCulture)
        );
        program.Kill();
    }

    /// <summary>How many SIGINT the last run got.</summary>
    public int Interrupts() => File.ReadLines(TraceFile).Count(IsInterrupt);

    /// <summary>The call at which the last run was killed or interrupted, with the paths of its files.</summary>
    public string Last() =>
        File.ReadLines(TraceFile).TakeWhile(line => !IsInterrupt(line)).LastOrDefault(line => Call().IsMatch(line))
        ?? "nothing of that name";

    private static bool IsInterrupt(string line) => line.Contains(" --- SIGINT ", StringComparison.Ordinal);

    private List<Strike> Places()
    {
        var counts = new Dictionary<(string Thread, string Name), int>();
        var places = new Dictionary<(string Name, int Number), Strike>();
        foreach (var line in File.ReadLines(TraceFile))
        {
            if (Call().Match(line) is { Success: true, Groups: var groups })
            {
                var (thread, name) = (groups["thread"].Value, groups["name"].Value);
                var number = counts[(thread, name)] = counts.GetValueOrDefault((thread, name)) + 1;
                places.TryAdd((name, number), new Strike(name, number, line));
            }
        }

        return [.. places.Values];
    }

    private async Task<Outcome> RunAsync(IEnumerable<string> options, string line)
    {
        var strace = Require.Tool("strace");
        var program = await LonghaulProgram.PathAsync();
        string[] fixedOptions = ["--follow-forks", "--quiet=all", "--decode-fds=path", "-o", TraceFile];
        return await LonghaulProgram.RunAsync(
            strace,
            [.. fixedOptions, .. options, "--", program, .. Site.ArgumentsOf(site.Home, line)],
            s_oneThread,
            Token
        );
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(?<name>\w+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"^\d+ +\w+\(\d+<(?<path>[^>]*)>")]
    private static partial Regex Descriptor();
}
