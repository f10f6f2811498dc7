namespace Longhaul.Core.Jobs;

/// <summary>When a copy job takes restore points.</summary>
public enum CopyMode
{
    /// <summary>One point per machine per copy interval: the newest complete one.</summary>
    Periodic = 1,

    /// <summary>Every new point, oldest first, as soon as it exists.</summary>
    Immediate = 2,
}
