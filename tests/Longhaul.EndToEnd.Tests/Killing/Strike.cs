namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>A place in a run.</summary>
/// <param name="Call">Name of a system call.</param>
/// <param name="Number">Which one of a thread, from 1.</param>
internal sealed record Strike(string Call, int Number);
