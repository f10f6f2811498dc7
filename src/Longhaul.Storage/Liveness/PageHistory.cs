using Longhaul.Core.Backups;
using Longhaul.Format.Points;
using Longhaul.Storage.Points;

namespace Longhaul.Storage.Liveness;

/// <summary>What one page of a disk was at each of a machine's restore points.</summary>
/// <param name="Disk">The disk's identity.</param>
/// <param name="Page">The page, from 0.</param>
/// <param name="States">The points at which the page is not all zeros, oldest first.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PageHistory(string Disk, long Page, IReadOnlyList<PageState> States)
{
    /// <summary>What the page was, each time it changed, oldest first.</summary>
    public IEnumerable<BlockVersion[]> Distinct()
    {
        BlockVersion[]? before = null;
        foreach (var state in States)
        {
            if (!ReferenceEquals(before, state.Versions))
            {
                yield return before = state.Versions;
            }
        }
    }
}

/// <summary>What one page of a disk was at one restore point.</summary>
/// <param name="Point">The restore point.</param>
/// <param name="Disk">The disk at that point.</param>
/// <param name="Versions">64 versions, zero past the disk's end; the same object as at the point before when nothing of the
/// page changed.</param>
/// <threadsafety>Immutable; the versions must not be changed.</threadsafety>
public sealed record PageState(RestorePoint Point, DiskView Disk, BlockVersion[] Versions);
