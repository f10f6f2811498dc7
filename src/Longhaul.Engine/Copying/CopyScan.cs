using System.Numerics;
using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Engine.Points;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>Names the blocks of a disk that a copy has to look at.</summary>
/// <remarks>Where the baseline has the disk in the same size, those are the blocks that differ; else all that are not
/// zero, as for a full that stands alone. Memory: one page.</remarks>
/// <param name="source">The disk at the point that is copied.</param>
/// <param name="baseline">What the target has; null when it has no such disk.</param>
/// <param name="blockSize">The target's block size, in bytes.</param>
/// <param name="damaged">Blocks whose stored version cannot be used: looked at though they do not differ.</param>
/// <param name="standalone">Whether nothing of what the target has may be used.</param>
/// <threadsafety>One enumeration at a time.</threadsafety>
internal sealed class CopyScan(
    DiskView source,
    Baseline? baseline,
    int blockSize,
    IReadOnlySet<long> damaged,
    bool standalone
)
{
    private readonly Digest _zero = DigestTree.Zero(DigestTree.LevelOf(blockSize));

    /// <summary>Whether the new table has to name every block: there is none of this disk and size to build upon, or it must
    /// not be.</summary>
    internal bool IsComplete => standalone || baseline is null || baseline.Stored.Size != source.Size;

    /// <summary>Walks the blocks.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Ascending.</returns>
    /// <exception cref="LonghaulException">data errors of either backup.</exception>
    internal async IAsyncEnumerable<CopyBlock> BlocksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = IsComplete
            ? AllPagesAsync(cancellationToken)
            : WithDamagedAsync(TreeDiff.PagesAsync(source, baseline!.Content, cancellationToken), cancellationToken);
        await foreach (var changed in pages.ConfigureAwait(false))
        {
            var old = await OldAsync(changed, cancellationToken).ConfigureAwait(false);
            var contents =
                source.BlockSize == blockSize
                    ? await source.ReadDigestsAsync(changed.Page, cancellationToken).ConfigureAwait(false)
                    : null;
            for (var open = changed.Blocks; open != 0; open &= unchecked(open - 1))
            {
                var slot = BitOperations.TrailingZeroCount(open);
                var block = (changed.Page * DiskView.Fanout) + slot;
                if (contents?[slot] == _zero && old[slot].Address is null)
                {
                    continue;
                }

                yield return new CopyBlock(block, old[slot], IsComparable(block), LengthOf(block), contents?[slot]);
            }
        }
    }

    private int LengthOf(long block) => (int)Math.Min(blockSize, source.Size - (block * blockSize));

    private bool IsComparable(long block) =>
        baseline is null
        || block >= baseline.Stored.BlockCount
        || (!standalone && baseline.Stored.LengthOf(block) == LengthOf(block) && !damaged.Contains(block));

    /// <summary>Adds the damaged blocks to those that differ.</summary>
    private async IAsyncEnumerable<ChangedPage> WithDamagedAsync(
        IAsyncEnumerable<ChangedPage> differing,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var left = new SortedDictionary<long, ulong>();
        foreach (var block in damaged)
        {
            var page = block / DiskView.Fanout;
            left[page] = left.GetValueOrDefault(page) | (1UL << (int)(block % DiskView.Fanout));
        }

        await foreach (var changed in differing.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var page in left.Keys.TakeWhile(page => page < changed.Page).ToArray())
            {
                left.Remove(page, out var blocks);
                yield return new ChangedPage(page, blocks);
            }

            left.Remove(changed.Page, out var more);
            yield return changed with
            {
                Blocks = changed.Blocks | more,
            };
        }

        foreach (var (page, blocks) in left)
        {
            yield return new ChangedPage(page, blocks);
        }
    }

    /// <summary>Every page in which either side may have something.</summary>
    private async IAsyncEnumerable<ChangedPage> AllPagesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var oldPages = baseline?.Stored.NonZeroPagesAsync(cancellationToken) ?? AsyncEnumerable.Empty<long>();
        var old = oldPages.GetAsyncEnumerator(cancellationToken);
        await using var owned = old.ConfigureAwait(false);
        var hasOld = await old.MoveNextAsync().ConfigureAwait(false);
        await foreach (var page in SourcePagesAsync(cancellationToken).ConfigureAwait(false))
        {
            for (; hasOld && old.Current <= page; hasOld = await old.MoveNextAsync().ConfigureAwait(false))
            {
                if (old.Current < page)
                {
                    yield return new ChangedPage(old.Current, InDisk(old.Current));
                }
            }

            yield return new ChangedPage(page, InDisk(page));
        }

        for (; hasOld && old.Current < PageCount; hasOld = await old.MoveNextAsync().ConfigureAwait(false))
        {
            yield return new ChangedPage(old.Current, InDisk(old.Current));
        }
    }

    private long PageCount => (((source.Size + blockSize - 1) / blockSize) + DiskView.Fanout - 1) / DiskView.Fanout;

    /// <summary>The pages of the target's size in which the source has something.</summary>
    private async IAsyncEnumerable<long> SourcePagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pageSize = (long)blockSize * DiskView.Fanout;
        var sourcePageSize = (long)source.BlockSize * DiskView.Fanout;
        var next = 0L;
        await foreach (var page in source.NonZeroPagesAsync(cancellationToken).ConfigureAwait(false))
        {
            var end = Math.Min(((page + 1) * sourcePageSize + pageSize - 1) / pageSize, PageCount);
            for (next = Math.Max(next, page * sourcePageSize / pageSize); next < end; next++)
            {
                yield return next;
            }
        }
    }

    private async ValueTask<BlockVersion[]> OldAsync(ChangedPage changed, CancellationToken cancellationToken)
    {
        if (baseline is null || changed.Page >= baseline.Stored.PageCount)
        {
            var zeros = new BlockVersion[DiskView.Fanout];
            Array.Fill(zeros, BlockVersion.ZeroOf(blockSize));
            return zeros;
        }

        var digests = await baseline.DigestsAsync(changed.Page, cancellationToken).ConfigureAwait(false);
        return await baseline
            .VersionsAsync(changed.Page, digests, changed.Blocks, cancellationToken)
            .ConfigureAwait(false);
    }

    private ulong InDisk(long page)
    {
        var blocks = ((source.Size + blockSize - 1) / blockSize) - (page * DiskView.Fanout);
        return blocks >= DiskView.Fanout ? ulong.MaxValue
            : blocks <= 0 ? 0
            : (1UL << (int)blocks) - 1;
    }
}
