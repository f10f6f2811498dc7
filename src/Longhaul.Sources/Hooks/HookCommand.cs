using System.Collections;
using CliWrap;

namespace Longhaul.Sources.Hooks;

/// <summary>Runs the command that the operator wants run before or after a job.</summary>
public static class HookCommand
{
    private const int KilledExitCode = 128 + Libc.KillSignal;

    // What longhaul itself may have been given and no command of its is to see.
    private static readonly string[] s_secrets = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

    /// <summary>Runs a command by <c>/bin/sh -c</c>, without input, and waits for its end and that of its output.</summary>
    /// <param name="command">As configured; the shell reads it.</param>
    /// <param name="environment">
    /// Set for it beside what this process has, such as <c>LONGHAUL_JOB</c>. Of this process's own, variables
    /// beginning with <c>LONGHAUL_</c> and other secrets are left out.
    /// </param>
    /// <param name="timeout">How long it may take, more than zero; then it is killed with all it started.</param>
    /// <param name="timeProvider">Measures <paramref name="timeout"/>.</param>
    /// <param name="cancellationToken">Kills it with all it started.</param>
    /// <remarks>What it starts is in its process group; only a child that left that group by itself survives.</remarks>
    public static async Task<HookResult> RunAsync(
        string command,
        IReadOnlyDictionary<string, string> environment,
        TimeSpan timeout,
        TimeProvider timeProvider,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(timeout, timeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var tail = new OutputTail();

        // setsid execs the shell under its own number, as leader of a new process group that can be killed whole.
        using var running = Cli.Wrap("setsid")
            .WithArguments(["/bin/sh", "-c", command])
            .WithEnvironmentVariables(ToSet(environment))
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(tail.ToTarget())
            .WithStandardErrorPipe(tail.ToTarget())
            .ExecuteAsync(ending.Token);

        // Registered later than CliWrap's own, so it comes first: afterwards the shell's children are nobody's.
        // When the group is not there any more, or not yet, CliWrap ends the process itself.
        using var killing = ending.Token.Register(() => _ = Libc.Kill(-running.ProcessId, Libc.KillSignal));
        try
        {
            var result = await running.ConfigureAwait(false);
            return new HookResult(result.ExitCode, TimedOut: false, tail.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HookResult(KilledExitCode, TimedOut: true, tail.ToString());
        }
    }

    private static Dictionary<string, string?> ToSet(IReadOnlyDictionary<string, string> environment)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry own in Environment.GetEnvironmentVariables())
        {
            var name = (string)own.Key;
            if (name.StartsWith("LONGHAUL_", StringComparison.Ordinal) || s_secrets.Contains(name))
            {
                variables[name] = null;
            }
        }

        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}
