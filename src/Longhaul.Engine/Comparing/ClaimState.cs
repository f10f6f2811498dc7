namespace Longhaul.Engine.Comparing;

/// <summary>What became of a restore point of which it was stated that a backup has it.</summary>
public enum ClaimState
{
    /// <summary>It is there, with the root that was stated.</summary>
    Holds = 1,

    /// <summary>It was removed since.</summary>
    Gone = 2,

    /// <summary>It is there with another root, or its table does not have the root that the log names.</summary>
    Differs = 3,
}
