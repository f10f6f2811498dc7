using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Programs;

/// <summary>Runs the program as if on another day (libfaketime): the wall clock alone, not the one since boot.</summary>
internal static class FakedClock
{
    private static readonly Dictionary<string, string> s_environment = new() { ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" };

    /// <summary>Runs the program on a home, with <c>--json</c>.</summary>
    /// <param name="instant">The local time at which it starts, such as <c>2026-11-02 02:00:00</c>.</param>
    /// <param name="zone">The time zone of the machine.</param>
    /// <param name="home">The home.</param>
    /// <param name="line">The arguments, separated by blanks.</param>
    public static async Task<Outcome> RunAsync(string instant, string zone, string home, string line) =>
        await LonghaulProgram.RunAsync(
            Require.Tool("faketime"),
            ["-f", $"@{instant}", await LonghaulProgram.PathAsync(), .. Site.ArgumentsOf(home, line)],
            new Dictionary<string, string>(s_environment) { ["TZ"] = zone },
            TestContext.Current.CancellationToken
        );
}
