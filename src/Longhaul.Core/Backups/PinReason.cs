namespace Longhaul.Core.Backups;

/// <summary>Why retention leaves a point alone.</summary>
public enum PinReason
{
    /// <summary>It does not: the point goes when a rule says so.</summary>
    None = 0,

    /// <summary>It lay in the seed when a job was mapped, and the user did not ask to apply retention to it.</summary>
    Seed = 1,

    /// <summary>A person pinned it.</summary>
    User = 2,
}
