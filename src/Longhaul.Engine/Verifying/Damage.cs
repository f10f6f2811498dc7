namespace Longhaul.Engine.Verifying;

/// <summary>One thing that is not as it must be, and the restore points that suffer from it.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record Damage
{
    /// <summary>The visible restore points that suffer, oldest first; empty when no point needs what is damaged.</summary>
    public required IReadOnlyList<PointId> Points { get; init; }

    /// <summary>Name of the machine; null when the damage is not one machine's.</summary>
    public string? Machine { get; init; }

    /// <summary>Identity of the disk; null when whole restore points suffer.</summary>
    public string? Disk { get; init; }

    /// <summary>The block, from 0; null when it is not one block.</summary>
    public long? Block { get; init; }

    /// <summary>Name of the damaged file, from the backup folder down.</summary>
    public required string File { get; init; }

    /// <summary>Where in the file it was noticed, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>What is wrong, as a short clause.</summary>
    public required string What { get; init; }
}
