using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Format.Points;
using Longhaul.Sources;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.BackUp;

/// <summary>Lists the blocks of a disk that a backup looks at: all but those that are a hole now and were zero before.</summary>
/// <remarks>Nothing is read but where data lies and what the blocks were; whoever takes a block reads it, so that several
/// are read at a time.</remarks>
/// <param name="source">The disk; stays the caller's.</param>
/// <param name="previous">The disk at the machine's newest point, of whatever size; null when it had none.</param>
/// <param name="blockSize">The backup's block size, in bytes.</param>
/// <param name="standalone">Whether nothing of what the backup has may be used.</param>
/// <threadsafety>One enumeration at a time.</threadsafety>
internal sealed class DiskScan(IDiskSource source, DiskView? previous, int blockSize, bool standalone)
{
    private readonly BlockVersion[] _zeroPage = [.. Enumerable.Repeat(BlockVersion.ZeroOf(blockSize), DiskView.Fanout)];

    private DataExtent? _extent = new(0, 0);

    /// <summary>Walks the blocks.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Ascending.</returns>
    /// <exception cref="LonghaulException">disk.read-error, and data errors from the older tables.</exception>
    internal async IAsyncEnumerable<ScannedBlock> BlocksAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var oldPages = previous?.NonZeroPagesAsync(cancellationToken) ?? AsyncEnumerable.Empty<long>();
        var old = oldPages.GetAsyncEnumerator(cancellationToken);
        await using var owned = old.ConfigureAwait(false);
        var hasOld = await old.MoveNextAsync().ConfigureAwait(false);
        for (var page = 0L; ; page++)
        {
            while (hasOld && old.Current < page)
            {
                hasOld = await old.MoveNextAsync().ConfigureAwait(false);
            }

            // Straight to the next page in which the disk has data now, or had before: a large empty disk costs nothing.
            var data = await NextDataPageAsync(page, cancellationToken).ConfigureAwait(false);
            page = Math.Min(data, hasOld ? old.Current : PageCount);
            if (page >= PageCount)
            {
                yield break;
            }

            var versions = await OldPageAsync(page, cancellationToken).ConfigureAwait(false);
            for (var slot = 0; slot < DiskView.Fanout && (page * DiskView.Fanout) + slot < BlockCount; slot++)
            {
                var block = (page * DiskView.Fanout) + slot;
                if (await FindAsync(block, versions[slot], cancellationToken).ConfigureAwait(false) is { } scanned)
                {
                    yield return scanned;
                }
            }
        }
    }

    private long BlockCount => (source.Size + blockSize - 1) / blockSize;

    private long PageCount => (BlockCount + DiskView.Fanout - 1) / DiskView.Fanout;

    /// <summary>The first page from one on that may hold data; the page count when there is none.</summary>
    private async ValueTask<long> NextDataPageAsync(long page, CancellationToken cancellationToken)
    {
        var pageSize = (long)blockSize * DiskView.Fanout;
        if (page >= PageCount)
        {
            return PageCount;
        }

        await HasDataAsync(page * pageSize, source.Size, cancellationToken).ConfigureAwait(false);
        return _extent is { } extent ? Math.Max(page, extent.Offset / pageSize) : PageCount;
    }

    private async ValueTask<ScannedBlock?> FindAsync(long block, BlockVersion old, CancellationToken cancellationToken)
    {
        var offset = block * blockSize;
        var length = (int)Math.Min(blockSize, source.Size - offset);
        var isComparable =
            previous is null || block >= previous.BlockCount || (!standalone && previous.LengthOf(block) == length);
        var hasData = await HasDataAsync(offset, offset + length, cancellationToken).ConfigureAwait(false);
        return hasData || old.Address is not null
            ? new ScannedBlock(block, offset, length, !hasData, old, isComparable)
            : null;
    }

    private async ValueTask<bool> HasDataAsync(long start, long end, CancellationToken cancellationToken)
    {
        while (_extent is { } extent && extent.End <= start)
        {
            _extent = await source.NextDataAsync(start, cancellationToken).ConfigureAwait(false);
        }

        return _extent is { } next && next.Offset < end;
    }

    private async ValueTask<BlockVersion[]> OldPageAsync(long page, CancellationToken cancellationToken)
    {
        if (previous is null || page >= previous.PageCount)
        {
            return _zeroPage;
        }

        return await previous.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
    }
}
