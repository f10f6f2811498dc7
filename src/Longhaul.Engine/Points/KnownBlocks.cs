using System.Collections.Concurrent;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Segments;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Points;

/// <summary>Content that a backup has already, by digest: to be referenced, not stored again.</summary>
/// <remarks>Only whole blocks are known: the short last block of a disk is left out. Memory: about 100 bytes per entry,
/// for at most <paramref name="limit"/> of them; what comes later is not remembered, and stored again, as is what a damaged
/// table would tell.</remarks>
/// <param name="blockSize">The backup's block size, in bytes.</param>
/// <param name="limit">Entries to remember.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class KnownBlocks(int blockSize, int limit = KnownBlocks.Limit)
{
    /// <summary>Entries that are remembered, unless said otherwise.</summary>
    internal const int Limit = 512 * 1024;

    private readonly ConcurrentDictionary<Digest, FrameAddress> _frames = new();
    private readonly Lock _gate = new();
    private PointTables? _tables;
    private Task? _reading;

    /// <summary>Remembers all blocks of a backup, but reads them only when a block is looked for: a run in which nothing
    /// changed reads none.</summary>
    /// <param name="tables">The backup's tables.</param>
    internal void LoadWhenAsked(PointTables tables) => _tables = tables;

    /// <summary>Finds a frame with a content, after reading what is to be read first.</summary>
    /// <param name="content">Digest of the block.</param>
    /// <param name="length">The block's length, in bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<FrameAddress?> FindAsync(Digest content, int length, CancellationToken cancellationToken)
    {
        for (var isRead = _tables is null; !isRead; )
        {
            Task reading;
            lock (_gate)
            {
                if (_reading is null or { IsFaulted: true } or { IsCanceled: true })
                {
                    _reading = LoadAsync(_tables!, null, DamagedBlocks.None, cancellationToken);
                }

                reading = _reading;
            }

            try
            {
                await reading.ConfigureAwait(false);
                isRead = true;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Another machine began to read, and was called off.
            }
        }

        return TryFind(content, length, out var address) ? address : null;
    }

    /// <summary>Finds a frame with a content among those remembered.</summary>
    /// <param name="content">Digest of the block.</param>
    /// <param name="length">The block's length, in bytes.</param>
    /// <param name="address">The frame when the method returns true.</param>
    internal bool TryFind(Digest content, int length, out FrameAddress address)
    {
        address = default;
        return length == blockSize && _frames.TryGetValue(content, out address);
    }

    /// <summary>Whether one more block of a length can be remembered.</summary>
    /// <param name="length">The block's length, in bytes.</param>
    /// <param name="others">How many wait to be remembered.</param>
    internal bool Takes(int length, int others) => length == blockSize && _frames.Count + others < limit;

    /// <summary>Remembers a frame that a record lists.</summary>
    /// <param name="content">Digest of the block.</param>
    /// <param name="length">The block's length, in bytes.</param>
    /// <param name="address">The frame.</param>
    /// <returns>Whether it was not known before, and is now.</returns>
    internal bool Add(Digest content, int length, FrameAddress address) =>
        Takes(length, others: 0) && _frames.TryAdd(content, address);

    /// <summary>Remembers the blocks of the newest point of every machine of a backup.</summary>
    /// <param name="tables">The backup's tables.</param>
    /// <param name="wanted">Contents to look for; null for all.</param>
    /// <param name="damaged">Blocks that are not to be referenced.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were not known before.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async Task<int> LoadAsync(
        PointTables tables,
        IReadOnlySet<Digest>? wanted,
        DamagedBlocks damaged,
        CancellationToken cancellationToken
    )
    {
        var added = 0;
        foreach (var machine in tables.Folder.State.Machines.Values)
        {
            if (machine.Newest is not { } newest || _frames.Count >= limit || IsDoubtful(machine.Id, newest, damaged))
            {
                continue;
            }

            try
            {
                var view = await tables.ViewAsync(newest.Id, cancellationToken).ConfigureAwait(false);
                foreach (var disk in view.Disks)
                {
                    added += await LoadAsync(disk, wanted, damaged.Of(machine.Id, disk.Id), cancellationToken)
                        .ConfigureAwait(false);
                }
            }
            catch (LonghaulException error) when (error.IsAboutData)
            {
                // What one machine's table cannot tell is stored once more; that machine's own point reports the damage.
            }
        }

        return added;
    }

    /// <summary>Whether some blocks of a point are damaged, and nobody knows which.</summary>
    private static bool IsDoubtful(MachineId machine, RestorePoint newest, DamagedBlocks damaged) =>
        damaged.FailureOf(machine) is not null || (!newest.IsComplete && !damaged.Machines.Contains(machine));

    private async ValueTask<int> LoadAsync(
        DiskView disk,
        IReadOnlySet<Digest>? wanted,
        IReadOnlySet<long> damaged,
        CancellationToken cancellationToken
    )
    {
        var added = 0;
        await foreach (var page in disk.NonZeroPagesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_frames.Count >= limit)
            {
                break;
            }

            var versions = await disk.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
            for (var slot = 0; slot < versions.Length; slot++)
            {
                var block = (page * DiskView.Fanout) + slot;
                if (
                    versions[slot].Address is { } address
                    && block < disk.BlockCount
                    && !damaged.Contains(block)
                    && (wanted is null || wanted.Contains(versions[slot].Digest))
                    && Add(versions[slot].Digest, disk.LengthOf(block), address)
                )
                {
                    added++;
                }
            }
        }

        return added;
    }
}
