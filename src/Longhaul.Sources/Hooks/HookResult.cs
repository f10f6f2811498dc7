namespace Longhaul.Sources.Hooks;

/// <summary>How a command before or after a run ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and a signal's number when a signal ended it.</param>
/// <param name="TimedOut">Whether it was ended because its time was up.</param>
/// <param name="Tail">The end of what it printed, on both streams, without white space around; may be empty.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record HookResult(int ExitCode, bool TimedOut, string Tail)
{
    /// <summary>Whether it did its work.</summary>
    public bool IsSuccess => ExitCode == 0 && !TimedOut;
}
