using System.Buffers;
using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Format.Points;
using Longhaul.Sources;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.BackUp;

/// <summary>Reads a disk block by block, leaving out what is a hole now and was zero before.</summary>
/// <remarks>Memory: one block at a time; each block read is rented and owned by the item that carries it.</remarks>
/// <param name="source">The disk; stays the caller's.</param>
/// <param name="previous">The disk at the machine's newest point, of whatever size; null when it had none.</param>
/// <param name="blockSize">The backup's block size, in bytes.</param>
/// <threadsafety>One enumeration at a time.</threadsafety>
internal sealed class DiskScan(IDiskSource source, DiskView? previous, int blockSize)
{
    private readonly BlockVersion[] _zeroPage = [.. Enumerable.Repeat(BlockVersion.ZeroOf(blockSize), DiskView.Fanout)];

    private DataExtent? _extent = new(0, 0);

    /// <summary>Walks the blocks.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Ascending; the consumer disposes each.</returns>
    /// <exception cref="LonghaulException">disk.read-error, and data errors from the older tables.</exception>
    internal async IAsyncEnumerable<ScannedBlock> BlocksAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var pageSize = (long)blockSize * DiskView.Fanout;
        for (var start = 0L; start < source.Size; start += pageSize)
        {
            var page = start / pageSize;
            var hasData = await HasDataAsync(start, Math.Min(start + pageSize, source.Size), cancellationToken)
                .ConfigureAwait(false);
            var old = await OldPageAsync(page, cancellationToken).ConfigureAwait(false);
            if (!hasData && ReferenceEquals(old, _zeroPage))
            {
                if (previous is null && _extent is { } next)
                {
                    // Nothing before and nothing until the next data: go straight there.
                    start = next.Offset / pageSize * pageSize - pageSize;
                }

                if (_extent is null && (previous is null || page >= previous.PageCount))
                {
                    yield break;
                }

                continue;
            }

            for (var slot = 0; slot < DiskView.Fanout && start + ((long)slot * blockSize) < source.Size; slot++)
            {
                var block = (page * DiskView.Fanout) + slot;
                if (await ReadAsync(block, old[slot], cancellationToken).ConfigureAwait(false) is { } scanned)
                {
                    yield return scanned;
                }
            }
        }
    }

    private async ValueTask<ScannedBlock?> ReadAsync(long block, BlockVersion old, CancellationToken cancellationToken)
    {
        var offset = block * blockSize;
        var length = (int)Math.Min(blockSize, source.Size - offset);
        var isComparable = previous is null || block >= previous.BlockCount || previous.LengthOf(block) == length;
        if (!await HasDataAsync(offset, offset + length, cancellationToken).ConfigureAwait(false))
        {
            return old.Address is null ? null : new ScannedBlock(block, old, isComparable, null, length);
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await source.ReadAsync(offset, rented.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }

        return new ScannedBlock(block, old, isComparable, rented, length);
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

        var versions = await previous.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
        return Array.TrueForAll(versions, version => version.Address is null) ? _zeroPage : versions;
    }
}
