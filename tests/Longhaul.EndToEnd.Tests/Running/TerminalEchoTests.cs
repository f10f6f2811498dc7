using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Whoever is asked for a password may type at once: the terminal is silent before the question stands there, and shows
/// what is typed again when the program has ended, in whatever way.</summary>
public sealed class TerminalEchoTests : IDisposable
{
    private readonly EncryptedSite _site = new(seed: 43);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_of_what_is_typed_as_soon_as_the_question_stands_is_shown()
    {
        var run = await SetUpAsync();

        // By chance the program may have been faster than the typist.
        for (var time = 0; time < 5; time++)
        {
            var (exitCode, screen) = await PseudoTerminal.RunAsync(run, ":", ["Quark", ""], Token);

            Assert.True(exitCode == 7, screen);
            Assert.DoesNotContain("Q", AfterQuestion(screen), StringComparison.Ordinal);
        }
    }

    /// <summary>Answered twice the same, with nothing, with Ctrl-C, with Ctrl-C before there was time to end, with Ctrl-\.</summary>
    [Theory]
    [InlineData(0, "x", "x")]
    [InlineData(7, "")]
    [InlineData(130, "\u0003")]
    [InlineData(130, "\u0003\u0003")]
    [InlineData(131, "\u001c")]
    public async Task However_it_ends_the_terminal_shows_again_what_is_typed(int exitCode, params string[] answers)
    {
        var run = await SetUpAsync();

        var ended = await PseudoTerminal.RunAsync(
            $"trap : INT QUIT; ulimit -c 0; {run}; code=$?; stty --all; exit $code",
            ":",
            answers,
            Token
        );

        Assert.True(ended.ExitCode == exitCode, ended.Screen);
        Assert.Contains(" icanon ", ended.Screen, StringComparison.Ordinal);
        Assert.Contains(" echo ", ended.Screen, StringComparison.Ordinal);
    }

    public void Dispose() => _site.Dispose();

    private static string AfterQuestion(string screen) =>
        screen[(screen.IndexOf("New password:", StringComparison.Ordinal) + "New password:".Length)..];

    private async Task<string> SetUpAsync()
    {
        await _site.SetUpAsync();
        return $"{await LonghaulProgram.PathAsync()} --home {_site.Site.Home} job run nightly";
    }
}
