namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>A place in a run.</summary>
/// <param name="Call">Name of a system call.</param>
/// <param name="Number">Which one of a thread, from 1.</param>
/// <param name="Line">The call as it was when nothing was struck, with the paths of its files.</param>
internal sealed record Strike(string Call, int Number, string Line);
