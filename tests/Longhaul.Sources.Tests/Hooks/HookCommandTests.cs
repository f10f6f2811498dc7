using System.Globalization;
using Longhaul.Sources.Hooks;
using Longhaul.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Sources.Tests.Hooks;

public sealed class HookCommandTests : IDisposable
{
    private static readonly Dictionary<string, string> s_environment = new() { ["LONGHAUL_JOB"] = "nightly" };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Exit_code_and_output_of_both_streams_come_back()
    {
        var result = await RunAsync("echo one; echo two >&2; exit 3");

        Assert.Equal((3, false, false), (result.ExitCode, result.TimedOut, result.IsSuccess));
        Assert.Contains("one", result.Tail, StringComparison.Ordinal);
        Assert.Contains("two", result.Tail, StringComparison.Ordinal);
        Assert.True((await RunAsync("true")).IsSuccess);
    }

    [Fact]
    public async Task Of_much_output_the_end_is_kept()
    {
        var result = await RunAsync("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; printf ü");

        Assert.EndsWith("line 19999\nü", result.Tail, StringComparison.Ordinal);
        Assert.InRange(result.Tail.Length, 1000, OutputTail.Size);
    }

    [Fact]
    public async Task It_sees_the_job_and_what_we_have_but_no_secret_of_ours()
    {
        Environment.SetEnvironmentVariable("LONGHAUL_PASSWORD", "secret");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        Environment.SetEnvironmentVariable("OF_THE_OPERATOR", "kept");
        try
        {
            var result = await RunAsync("env");

            Assert.Contains("LONGHAUL_JOB=nightly", result.Tail, StringComparison.Ordinal);
            Assert.Contains("OF_THE_OPERATOR=kept", result.Tail, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", result.Tail, StringComparison.Ordinal);
            Assert.DoesNotContain("PASSWORD", result.Tail, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("LONGHAUL_PASSWORD", null);
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", null);
            Environment.SetEnvironmentVariable("OF_THE_OPERATOR", null);
        }
    }

    [Fact]
    public async Task It_has_no_input_to_wait_for() => Assert.Equal("", (await RunAsync("cat")).Tail);

    [Fact(Timeout = 20_000)]
    public async Task When_its_time_is_up_it_is_killed_with_all_it_started()
    {
        var token = TestContext.Current.CancellationToken;
        var running = RunUntilAsync(LongCommand, token);
        var grandchild = await GrandchildAsync();

        _time.Advance(TimeSpan.FromSeconds(60));
        var result = await running;

        Assert.Equal((true, 137, "begun"), (result.TimedOut, result.ExitCode, result.Tail));
        await AssertGoneAsync(grandchild);
    }

    [Fact(Timeout = 20_000)]
    public async Task When_cancelled_it_is_killed_with_all_it_started()
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = RunUntilAsync(LongCommand, cancelling.Token);
        var grandchild = await GrandchildAsync();

        await cancelling.CancelAsync();

        await ((Task)running).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        Assert.True(running.IsCanceled);
        await AssertGoneAsync(grandchild);
    }

    // A grandchild whose parent is gone by then: only the process group still leads to it.
    private string LongCommand =>
        $"echo begun; (sleep 1000 & echo $! > {_folder["new"]}; mv {_folder["new"]} {_folder["pid"]}); sleep 1000";

    private Task<HookResult> RunAsync(string command) => RunUntilAsync(command, Token);

    private Task<HookResult> RunUntilAsync(string command, CancellationToken cancellationToken) =>
        HookCommand.RunAsync(command, s_environment, TimeSpan.FromSeconds(60), _time, cancellationToken);

    private async Task<int> GrandchildAsync()
    {
        var file = _folder["pid"];
        while (!File.Exists(file))
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return int.Parse(await File.ReadAllTextAsync(file, Token), CultureInfo.InvariantCulture);
    }

    // A killed process whose new parent has not collected it yet is a zombie: gone, but listed.
    private static async Task AssertGoneAsync(int process)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            var path = $"/proc/{process}/stat";
            if (!File.Exists(path))
            {
                return;
            }

            try
            {
                if ((await File.ReadAllTextAsync(path, Token)).Contains(") Z ", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (IOException)
            {
                return;
            }
        }
    }
}
