using System.Buffers;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>A disk at the restore point that is copied: reads its content, and older versions of it, in any block size.</summary>
/// <remarks>Content that is handed on has been checked against the digest in the source's table, and what is handed on as
/// it is stored, against its checksum.</remarks>
/// <param name="folder">The source backup.</param>
/// <param name="frames">Reads its blocks; stays the caller's.</param>
/// <param name="now">The disk at the point that is copied.</param>
/// <param name="before">The disk at the source point the baseline came from; null when that is gone.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class SourceDisk(BackupFolder folder, FrameReader frames, DiskView now, DiskView? before)
{
    /// <summary>The disk at the point that is copied.</summary>
    internal DiskView Now => now;

    /// <summary>The disk at the source point the baseline came from; null when that is gone.</summary>
    internal DiskView? Before => before;

    /// <summary>Reads a stretch of the disk as it is now.</summary>
    /// <param name="offset">First byte; a multiple of 256 KiB.</param>
    /// <param name="destination">Filled; within the disk.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="LonghaulException">data errors of the source backup.</exception>
    internal ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        ReadAsync(now, offset, destination, cancellationToken);

    /// <summary>Looks for an older version of a stretch that has a known content.</summary>
    /// <param name="offset">First byte; a multiple of the target's block size.</param>
    /// <param name="blockSize">The target's block size: what the digest is over.</param>
    /// <param name="content">Digest of the content wanted.</param>
    /// <param name="destination">Filled when the method returns true; one block, short at the disk's end.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when the source does not have it any more, or only damaged.</returns>
    internal async ValueTask<bool> TryReadOldAsync(
        long offset,
        int blockSize,
        Digest content,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (before is not null && before.Size >= offset + destination.Length)
            {
                await ReadAsync(before, offset, destination, cancellationToken).ConfigureAwait(false);
                if (DigestTree.Block(destination.Span, blockSize) == content)
                {
                    return true;
                }
            }

            return now.BlockSize == blockSize
                && await TryReadHistoryAsync(offset / blockSize, content, destination, cancellationToken)
                    .ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            // A damaged frame is never a base. The newer content is read on its own, and reports its own damage.
            return false;
        }
    }

    /// <summary>Finds the frame of a block as it is now, with all it stands upon.</summary>
    /// <param name="block">The block, in the source's block size; not zero.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame first.</returns>
    /// <exception cref="LonghaulException">data errors of the source backup.</exception>
    internal async ValueTask<IReadOnlyList<ChainLink>> ChainAsync(long block, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(now, block, cancellationToken).ConfigureAwait(false);
        return await frames.Tables.ChainAsync(version.Address!.Value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says whether the source has an older content of a block, and whether it is the one right before.</summary>
    /// <param name="block">The block, in the source's block size.</param>
    /// <param name="content">Digest of the content.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether a table names it; and its frame when the present version came right after it, else null.</returns>
    /// <exception cref="LonghaulException">data errors of the source backup.</exception>
    internal async ValueTask<(bool IsNamed, FrameAddress? Previous)> FindOldAsync(
        long block,
        Digest content,
        CancellationToken cancellationToken
    )
    {
        var present = await VersionAsync(now, block, cancellationToken).ConfigureAwait(false);
        var isPrevious = true;
        await foreach (var version in now.HistoryAsync(block, cancellationToken).ConfigureAwait(false))
        {
            if (version.Address == present.Address)
            {
                continue;
            }

            if (version.Digest == content)
            {
                return (true, isPrevious ? version.Address : null);
            }

            isPrevious = false;
        }

        var isBefore =
            before is not null
            && block < before.BlockCount
            && (await VersionAsync(before, block, cancellationToken).ConfigureAwait(false)).Digest == content;
        return (isBefore, null);
    }

    /// <summary>Reads what a block was at a state of the target.</summary>
    /// <remarks>Out of the source's own tables where they know that state, so that no digest crosses the wire.</remarks>
    /// <param name="then">The target's disk at that state.</param>
    /// <param name="block">The block, in the target's block size.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data errors of either backup.</exception>
    internal async ValueTask<Digest> ReadDigestAsync(DiskView then, long block, CancellationToken cancellationToken)
    {
        var known =
            then.BlockSize == now.BlockSize
                ? await now.FindStateAsync(then.Root, cancellationToken).ConfigureAwait(false) ?? then
                : then;
        var digests = await known.ReadDigestsAsync(block / DiskView.Fanout, cancellationToken).ConfigureAwait(false);
        return digests[block % DiskView.Fanout];
    }

    /// <summary>Finds what one of the source's older versions of a block stands upon.</summary>
    /// <param name="address">The version's frame at the source.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The frame itself first.</returns>
    /// <exception cref="LonghaulException">data errors of the source backup.</exception>
    internal ValueTask<IReadOnlyList<ChainLink>> ChainAsync(
        FrameAddress address,
        CancellationToken cancellationToken
    ) => frames.Tables.ChainAsync(address, cancellationToken);

    /// <summary>Reads what a block is stored as, opened where it is sealed, and checks its checksum.</summary>
    /// <param name="block">The block, in the source's block size.</param>
    /// <param name="link">Its frame, of its chain.</param>
    /// <param name="destination">At least as long as the frame with its header.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The payload, in <paramref name="destination"/>.</returns>
    /// <exception cref="LonghaulException">data errors of the source backup.</exception>
    internal ValueTask<Memory<byte>> ReadPayloadAsync(
        long block,
        ChainLink link,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        FrameReader.CheckLength(link, now.LengthOf(block));
        return frames.ReadPayloadAsync(link, destination, cancellationToken);
    }

    private async ValueTask<bool> TryReadHistoryAsync(
        long block,
        Digest content,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        await foreach (var version in now.HistoryAsync(block, cancellationToken).ConfigureAwait(false))
        {
            if (
                version.Digest == content
                && version.Address is { } address
                && folder.State.Segments.TryGetValue(address.Segment, out var segment)
                && !segment.Condemned.Contains(address.Number)
            )
            {
                await frames.ReadAsync(address, destination, cancellationToken).ConfigureAwait(false);
                return DigestTree.Block(destination.Span, now.BlockSize) == content;
            }
        }

        return false;
    }

    private async ValueTask ReadAsync(
        DiskView disk,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        while (!destination.IsEmpty)
        {
            var block = offset / disk.BlockSize;
            var within = (int)(offset % disk.BlockSize);
            var length = Math.Min(destination.Length, disk.LengthOf(block) - within);
            await ReadBlockAsync(disk, block, within, destination[..length], cancellationToken).ConfigureAwait(false);
            offset += length;
            destination = destination[length..];
        }
    }

    private async ValueTask ReadBlockAsync(
        DiskView disk,
        long block,
        int within,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var version = await VersionAsync(disk, block, cancellationToken).ConfigureAwait(false);
        if (version.Address is null)
        {
            destination.Span.Clear();
            return;
        }

        var length = disk.LengthOf(block);
        if (destination.Length == length)
        {
            await ReadCheckedAsync(disk, block, version, destination, cancellationToken).ConfigureAwait(false);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var whole = rented.AsMemory(0, length);
            await ReadCheckedAsync(disk, block, version, whole, cancellationToken).ConfigureAwait(false);
            whole.Slice(within, destination.Length).CopyTo(destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async ValueTask ReadCheckedAsync(
        DiskView disk,
        long block,
        BlockVersion version,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        await frames.ReadAsync(version.Address!.Value, destination, cancellationToken).ConfigureAwait(false);
        if (DigestTree.Block(destination.Span, disk.BlockSize) != version.Digest)
        {
            var address = version.Address!.Value;
            throw Errors.DataDamaged(
                frames.Tables.FileOf(address.Segment),
                0,
                $"frame {address.Number}, block {block} of disk {disk.Id}, has another content than the table says"
            );
        }
    }

    private static async ValueTask<BlockVersion> VersionAsync(
        DiskView disk,
        long block,
        CancellationToken cancellationToken
    )
    {
        var page = await disk.ReadPageAsync(block / DiskView.Fanout, cancellationToken).ConfigureAwait(false);
        return page[block % DiskView.Fanout];
    }
}
