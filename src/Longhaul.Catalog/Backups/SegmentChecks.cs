using Longhaul.Core.Verifying;

namespace Longhaul.Catalog.Backups;

/// <summary>What this installation has verified of a backup, segment by segment.</summary>
/// <param name="Contents">By the digests of the blocks.</param>
/// <param name="Checksums">By the frames' checksums; whatever was verified by content is so too.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SegmentChecks(IReadOnlyList<SegmentCheck> Contents, IReadOnlyList<SegmentCheck> Checksums)
{
    /// <summary>Nothing was ever verified.</summary>
    public static readonly SegmentChecks None = new([], []);
}
