namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>hook.failed: the command before or after a run ended with another exit code than 0.</summary>
    /// <param name="command">The command as configured.</param>
    /// <param name="exitCode">Its exit code; 128 and more: ended by a signal.</param>
    /// <param name="tail">The last lines it printed; empty when none.</param>
    public static LonghaulException HookFailed(string command, int exitCode, string tail) =>
        new(
            "hook.failed",
            Retry.AfterOperator,
            $"command '{command}' ended with exit code {exitCode}" + (tail.Length == 0 ? "" : $": {tail}"),
            "Run the command by hand as the same user, or change it with 'longhaul job edit'.",
            details: new Dictionary<string, object?>
            {
                ["command"] = command,
                ["exitCode"] = exitCode,
                ["output"] = tail,
            }
        );

    /// <summary>hook.timeout: the command before or after a run took too long and was ended with all it had started.</summary>
    /// <param name="command">The command as configured.</param>
    /// <param name="limit">How long it might take.</param>
    /// <param name="tail">The last lines it printed; empty when none.</param>
    public static LonghaulException HookTimeout(string command, TimeSpan limit, string tail) =>
        new(
            "hook.timeout",
            Retry.AfterOperator,
            $"command '{command}' was ended after {limit.TotalSeconds:0} s" + (tail.Length == 0 ? "" : $": {tail}"),
            "Find out what it waits for, or change it with 'longhaul job edit'.",
            details: new Dictionary<string, object?>
            {
                ["command"] = command,
                ["seconds"] = limit.TotalSeconds,
                ["output"] = tail,
            }
        );
}
