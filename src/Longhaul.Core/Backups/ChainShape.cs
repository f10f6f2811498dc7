namespace Longhaul.Core.Backups;

/// <summary>How the points of one chain depend on each other.</summary>
public enum ChainShape
{
    /// <summary>Fulls, and increments upon older points.</summary>
    ForwardIncremental = 1,

    /// <summary>The newest is full, the others reverse increments upon newer points.</summary>
    ReverseIncremental = 2,

    /// <summary>Has increments and reverse increments: it was transformed.</summary>
    Mixed = 3,
}
