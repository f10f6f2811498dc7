namespace Longhaul.Core.Protecting;

/// <summary>What the clocks of a host show at one moment.</summary>
/// <param name="BootId">Changes with every start of the host; compared for equality only.</param>
/// <param name="SinceBoot">Time since that start, sleep included; nobody can set it.</param>
/// <param name="Wall">The wall clock, UTC; anybody may have set it.</param>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct ClockSight(string BootId, TimeSpan SinceBoot, DateTimeOffset Wall);
