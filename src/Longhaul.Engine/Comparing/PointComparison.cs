using Longhaul.Core.Backups;

namespace Longhaul.Engine.Comparing;

/// <summary>What comparing a restore point with its like in another backup found.</summary>
/// <param name="Machine">The machine's name; its id where the name is not known.</param>
/// <param name="A">The point in the one backup.</param>
/// <param name="B">The point in the other.</param>
/// <param name="DifferingBlocks">Blocks whose content differs, in the block size of <paramref name="B"/>, at most so many if
/// those of <paramref name="A"/> are larger; 0 when none does, or when more than blocks differs.</param>
/// <param name="What">What differs, one clause; null when nothing does.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointComparison(string Machine, RestorePoint A, RestorePoint B, long DifferingBlocks, string? What)
{
    /// <summary>Whether both backups hold the same state.</summary>
    public bool IsSame => What is null;
}
