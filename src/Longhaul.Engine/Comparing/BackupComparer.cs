using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Comparing;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Copying;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Digests;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Comparing;

/// <summary>Proves by digests that two backups hold the same restore points.</summary>
/// <remarks>
/// <para>A point is proved by its root in the log, by the header of its table, and by the top of each disk's tree; no block is
/// read. Equal roots mean equal content, at any block size; where roots differ the trees are walked down, opening only what
/// differs. Cost: some kilobytes for each point, whatever the size of its disks.</para>
/// <para>It is a proof of what the tables say. That the stored blocks have these digests is what verify proves.</para>
/// <para>Source: docs/format.md, section "Digests".</para>
/// </remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public static class BackupComparer
{
    /// <summary>Compares two backups.</summary>
    /// <param name="a">The one, such as the source.</param>
    /// <param name="b">The other, such as its copy.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found for each pair, and which points were not paired. A pair of which a point was removed meanwhile is
    /// left out.</returns>
    /// <exception cref="LonghaulException">store errors. Damage is a difference.</exception>
    public static async ValueTask<(IReadOnlyList<PointComparison> Compared, PointPairing Pairing)> CompareAsync(
        OpenBackup a,
        OpenBackup b,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var pairing = PointPairing.Of([.. a.Folder.State.Points], [.. b.Folder.State.Points]);
        var compared = new List<PointComparison>();
        foreach (var (one, other) in pairing.Pairs)
        {
            try
            {
                var (blocks, what) = await CompareAsync(a, one, b, other, cancellationToken).ConfigureAwait(false);
                compared.Add(
                    new PointComparison(
                        a.Folder.State.Machines[one.MachineId].Chain.DisplayName,
                        one,
                        other,
                        blocks,
                        what
                    )
                );
            }
            catch (LonghaulException error) when (Fault.IsOne(error))
            {
                compared.Add(
                    new PointComparison(
                        a.Folder.State.Machines[one.MachineId].Chain.DisplayName,
                        one,
                        other,
                        0,
                        error.Message
                    )
                );
            }
            catch (LonghaulException error) when (Fault.IsRemoval(error))
            {
                // It was removed since the log was read: there is nothing left to compare.
            }
        }

        return (compared, pairing);
    }

    /// <summary>Looks whether a backup still has a point with the root that was stated.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="point">The point.</param>
    /// <param name="root">The root that was stated.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store errors.</exception>
    public static async ValueTask<ClaimState> CheckAsync(
        OpenBackup backup,
        PointId point,
        Digest root,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(backup);
        if (backup.Folder.State.FindPoint(point) is not { } there)
        {
            return ClaimState.Gone;
        }

        try
        {
            var view = await backup.Tables.ViewAsync(point, cancellationToken).ConfigureAwait(false);
            return there.Root == root && await IsProvedAsync(there, view, cancellationToken).ConfigureAwait(false)
                ? ClaimState.Holds
                : ClaimState.Differs;
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            return ClaimState.Differs;
        }
        catch (LonghaulException error) when (Fault.IsRemoval(error))
        {
            return ClaimState.Gone;
        }
    }

    private static async ValueTask<(long Blocks, string? What)> CompareAsync(
        OpenBackup a,
        RestorePoint one,
        OpenBackup b,
        RestorePoint other,
        CancellationToken cancellationToken
    )
    {
        var oneView = await a.Tables.ViewAsync(one.Id, cancellationToken).ConfigureAwait(false);
        var otherView = await b.Tables.ViewAsync(other.Id, cancellationToken).ConfigureAwait(false);
        foreach (var (point, view, backup) in new[] { (one, oneView, a), (other, otherView, b) })
        {
            if (!await IsProvedAsync(point, view, cancellationToken).ConfigureAwait(false))
            {
                return (0, $"the table of {point.Id} in {backup.RepositoryName} has not the digest that the log says");
            }

            if (!point.IsComplete)
            {
                return (0, $"{point.Id} in {backup.RepositoryName} is incomplete");
            }
        }

        return one.Root == other.Root
            ? (0, null)
            : await FindDifferenceAsync(oneView, otherView, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether header and trees of a point's table have the root that the log lists.</summary>
    private static async ValueTask<bool> IsProvedAsync(
        RestorePoint point,
        PointView view,
        CancellationToken cancellationToken
    )
    {
        if (!view.Header.Root.Span.SequenceEqual(point.Root.ToBytes()))
        {
            return false;
        }

        foreach (var disk in view.Disks)
        {
            var top = await disk.DigestAtAsync(DigestTree.TopLevel(disk.Size), 0, cancellationToken)
                .ConfigureAwait(false);
            if (DigestTree.Disk(disk.Size, top) != disk.Root)
            {
                return false;
            }
        }

        return true;
    }

    private static async ValueTask<(long Blocks, string What)> FindDifferenceAsync(
        PointView one,
        PointView other,
        CancellationToken cancellationToken
    )
    {
        long blocks = 0;
        foreach (var disk in one.Disks)
        {
            if (other.FindDisk(disk.Id) is not { } like)
            {
                return (0, $"disk {disk.Id} is only in the first");
            }

            if (like.Size != disk.Size)
            {
                return (0, $"disk {disk.Id} has {disk.Size} bytes in the first, {like.Size} in the second");
            }

            await foreach (var page in TreeDiff.PagesAsync(disk, like, cancellationToken).ConfigureAwait(false))
            {
                blocks += System.Numerics.BitOperations.PopCount(page.Blocks);
            }
        }

        return other.Disks.FirstOrDefault(disk => one.FindDisk(disk.Id) is null) is { } added
                ? (0, $"disk {added.Id} is only in the second")
            : blocks > 0 ? (blocks, $"{blocks} blocks differ")
            : (0, "the machine's configuration differs");
    }
}
