namespace Longhaul.Engine.Repairing;

/// <summary>What a repair did; or, of a dry run, would do.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RepairReport
{
    /// <summary>Versions of blocks, tables and other things that were found damaged.</summary>
    public required long Found { get; init; }

    /// <summary>Stored blocks written anew.</summary>
    public required int BlocksMended { get; init; }

    /// <summary>Bytes of the blocks that were fetched, uncompressed.</summary>
    public required long BytesFetched { get; init; }

    /// <summary>Segments written again, and their bytes.</summary>
    public required int Segments { get; init; }

    /// <summary>Bytes written.</summary>
    public required long BytesWritten { get; init; }

    /// <summary>What stays damaged, at most <see cref="Verifying.BackupVerifier.DamageLimit"/>; empty when all is mended.</summary>
    public required IReadOnlyList<Unmended> NotMended { get; init; }

    /// <summary>How much more stays damaged than <see cref="NotMended"/> lists.</summary>
    public required long NotMendedUnlisted { get; init; }

    /// <summary>Restore points that are incomplete from here on.</summary>
    public required IReadOnlyList<PointId> PointsMarked { get; init; }

    /// <summary>Restore points that were marked as incomplete and are whole again.</summary>
    public required IReadOnlyList<PointId> PointsWhole { get; init; }
}

/// <summary>Damage that could not be mended.</summary>
/// <param name="Points">The restore points that suffer, oldest first.</param>
/// <param name="Machine">Name of the machine; null when it is not one machine's.</param>
/// <param name="Disk">Identity of the disk; null when whole restore points suffer.</param>
/// <param name="Block">The block, from 0; null when it is not one block.</param>
/// <param name="File">The damaged file, from the backup folder down.</param>
/// <param name="Why">Why it could not, as a short clause.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record Unmended(
    IReadOnlyList<PointId> Points,
    string? Machine,
    string? Disk,
    long? Block,
    string File,
    string Why
);
