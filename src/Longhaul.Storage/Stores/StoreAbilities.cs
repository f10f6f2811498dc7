namespace Longhaul.Storage.Stores;

/// <summary>What a probe found a directory's file system to be able to.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record StoreAbilities
{
    /// <summary>How a file is given its name without replacing another.</summary>
    public required PlacementMethod Placement { get; init; }

    /// <summary>Whether a lock on a file keeps another process out; without, no unfinished object is taken over.</summary>
    public required bool HasLocks { get; init; }

    /// <summary>Whether names that differ in case only are different.</summary>
    public required bool IsCaseSensitive { get; init; }

    /// <summary>Whether names of full length and with every character an object's may have are kept as they are.</summary>
    public required bool TakesLongestNames { get; init; }

    /// <summary>Why files cannot be protected from deletion, a clause; null when they can.</summary>
    public string? ProtectionObstacle { get; init; }

    /// <summary>Room at the time of the probe; null when the file system does not say.</summary>
    public StoreCapacity? Capacity { get; init; }

    /// <summary>Whether several hosts may write there at once.</summary>
    public bool IsSafeForSeveralHosts => Placement != PlacementMethod.LockedRename;
}
