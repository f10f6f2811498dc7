using System.Numerics;
using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>Finds where two states of a disk differ, opening only what differs.</summary>
/// <remarks>
/// <para>Walks down from the top of the older state's tree; a subtree whose digests are equal on both sides is never
/// opened. Block sizes may differ: digests of the source's tree are put together to the target's size. Where the source's
/// blocks are larger than the target's, every target block in a source block that differs is named, and only its content
/// tells.</para>
/// <para>Source: docs/format.md, section "Digests".</para>
/// </remarks>
internal static class TreeDiff
{
    /// <summary>Walks the pages of the target that differ.</summary>
    /// <param name="source">The newer state; of the same disk size.</param>
    /// <param name="baseline">The older state, in the target's block size.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Ascending pages, each with one bit per block that differs, or may differ.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed.</exception>
    internal static IAsyncEnumerable<ChangedPage> PagesAsync(
        DiskView source,
        DiskView baseline,
        CancellationToken cancellationToken
    )
    {
        if (source.Size != baseline.Size)
        {
            throw new ArgumentException("Disks of different sizes are not compared by their trees.", nameof(baseline));
        }

        var level = 0;
        for (var span = baseline.PageCount; span > 1; span = (span + DiskView.Fanout - 1) / DiskView.Fanout)
        {
            level++;
        }

        return source.Root == baseline.Root
            ? AsyncEnumerable.Empty<ChangedPage>()
            : WalkAsync(source, baseline, level, 0, cancellationToken);
    }

    private static async IAsyncEnumerable<ChangedPage> WalkAsync(
        DiskView source,
        DiskView baseline,
        int level,
        long index,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (level == 0)
        {
            var blocks = await ChangedBlocksAsync(source, baseline, index, cancellationToken).ConfigureAwait(false);
            if (blocks != 0)
            {
                yield return new ChangedPage(index, blocks);
            }

            yield break;
        }

        var changed = await ChangedChildrenAsync(source, baseline, level, index, cancellationToken)
            .ConfigureAwait(false);
        for (; changed != 0; changed &= unchecked(changed - 1))
        {
            var child = (index * DiskView.Fanout) + BitOperations.TrailingZeroCount(changed);
            await foreach (
                var page in WalkAsync(source, baseline, level - 1, child, cancellationToken).ConfigureAwait(false)
            )
            {
                yield return page;
            }
        }
    }

    private static async ValueTask<ulong> ChangedChildrenAsync(
        DiskView source,
        DiskView baseline,
        int level,
        long index,
        CancellationToken cancellationToken
    )
    {
        var old = await baseline.ReadChildrenAsync(level, index, cancellationToken).ConfigureAwait(false);
        if (source.BlockSize == baseline.BlockSize)
        {
            return Differing(
                await source.ReadChildrenAsync(level, index, cancellationToken).ConfigureAwait(false),
                old
            );
        }

        var digestLevel = DigestTree.LevelOf(baseline.BlockSize) + (6 * level);
        var changed = 0UL;
        for (var slot = 0; slot < DiskView.Fanout; slot++)
        {
            var digest = await source
                .DigestAtAsync(digestLevel, (index * DiskView.Fanout) + slot, cancellationToken)
                .ConfigureAwait(false);
            changed |= digest == old[slot] ? 0 : 1UL << slot;
        }

        return changed;
    }

    private static async ValueTask<ulong> ChangedBlocksAsync(
        DiskView source,
        DiskView baseline,
        long page,
        CancellationToken cancellationToken
    )
    {
        var old = await baseline.ReadDigestsAsync(page, cancellationToken).ConfigureAwait(false);
        if (source.BlockSize == baseline.BlockSize)
        {
            return Differing(await source.ReadDigestsAsync(page, cancellationToken).ConfigureAwait(false), old);
        }

        // How many target blocks one digest of the source stands for.
        var group = Math.Max(1, source.BlockSize / baseline.BlockSize);
        var level = DigestTree.LevelOf(Math.Max(source.BlockSize, baseline.BlockSize));
        var changed = 0UL;
        for (var slot = 0; slot < DiskView.Fanout; slot += group)
        {
            var digest = await source
                .DigestAtAsync(level, ((page * DiskView.Fanout) + slot) / group, cancellationToken)
                .ConfigureAwait(false);
            if (digest != DigestTree.Combine(old.AsSpan(slot, group)))
            {
                changed |= ((1UL << group) - 1) << slot;
            }
        }

        return changed & InDisk(baseline, page);
    }

    /// <summary>The slots of a page that lie within the disk.</summary>
    internal static ulong InDisk(DiskView disk, long page)
    {
        var blocks = disk.BlockCount - (page * DiskView.Fanout);
        return blocks >= DiskView.Fanout ? ulong.MaxValue
            : blocks <= 0 ? 0
            : (1UL << (int)blocks) - 1;
    }

    private static ulong Differing(Digest[] one, Digest[] other)
    {
        var changed = 0UL;
        for (var slot = 0; slot < DiskView.Fanout; slot++)
        {
            changed |= one[slot] == other[slot] ? 0 : 1UL << slot;
        }

        return changed;
    }
}
