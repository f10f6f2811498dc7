namespace Longhaul.Core.Retention;

/// <summary>How a run makes its new point.</summary>
public enum NewPointKind
{
    /// <summary>Only what changed since the newest point.</summary>
    Increment = 1,

    /// <summary>A full for which everything is read anew.</summary>
    ActiveFull = 2,

    /// <summary>A full made of what the chain has and what changed: nothing is copied.</summary>
    SyntheticFull = 3,

    /// <summary>A full as of the reverse method: the full before it becomes a reverse increment.</summary>
    ReverseFull = 4,
}
