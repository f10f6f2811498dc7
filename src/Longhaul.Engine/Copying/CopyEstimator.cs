using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>Works out what copying a machine would take, without writing anything.</summary>
/// <remarks>Reads tables only, no block: in proportion to what changed. Memory: one digest per changed block, for as many as are asked for.</remarks>
/// <param name="target">The job's backup; null when it is not made yet.</param>
/// <param name="blockSize">The target's block size, in bytes.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class CopyEstimator(OpenBackup? target, int blockSize)
{
    /// <summary>Bytes of table, tree, frame header and frame table per changed block, as an upper bound.</summary>
    private const int ControlBytesPerBlock = 320;

    /// <summary>Bytes of record, headers and footers per machine, as an upper bound.</summary>
    private const int ControlBytesPerMachine = 16 << 10;

    /// <summary>Estimates one machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data errors of either backup.</exception>
    public async ValueTask<CopyEstimate> EstimateAsync(CopyMachine machine, CancellationToken cancellationToken)
    {
        var baseline = await CopyBaseline.FindAsync(machine, target, cancellationToken).ConfigureAwait(false);
        var view = await machine.Source.Tables.ViewAsync(machine.Point.Id, cancellationToken).ConfigureAwait(false);
        var sum = new Sum();
        foreach (var disk in view.Disks)
        {
            await AddAsync(machine, disk, baseline, sum, cancellationToken).ConfigureAwait(false);
        }

        // All pages are read for this: not where nothing differs, nor where there is nothing to differ from.
        var isDue = FullTables.IsDue(target?.Folder.State.Machines.GetValueOrDefault(machine.Target));
        foreach (var disk in isDue || (sum.Blocks > 0 && baseline.Point is not null) ? view.Disks : [])
        {
            sum.NonZero += await CountAsync(disk, cancellationToken).ConfigureAwait(false);
        }

        var fullTable = isDue ? sum.NonZero * FullTables.BytesPerBlock : 0;
        return new CopyEstimate
        {
            Machine = machine,
            Baseline = baseline.Point,
            FoundBy = baseline.FoundBy,
            ChangedBlocks = sum.Blocks,
            ChangedBytes = sum.Bytes,
            BytesToSend = sum.Stored + (sum.Blocks * ControlBytesPerBlock) + ControlBytesPerMachine + fullTable,
            FullTableBytes = fullTable,
            ComparedBlocks = Math.Max(sum.Blocks, sum.NonZero),
            IsExact = sum.Blocks == 0 && fullTable == 0,
            Wanted = machine.Full.Standalone ? new HashSet<Digest>() : sum.Wanted,
        };
    }

    private async ValueTask AddAsync(
        CopyMachine machine,
        DiskView disk,
        CopyBaseline baseline,
        Sum sum,
        CancellationToken cancellationToken
    )
    {
        var scan = new CopyScan(
            disk,
            baseline.FindDisk(disk.Id),
            blockSize,
            DamagedBlocks.None.Of(machine.Target, disk.Id),
            machine.Full.Standalone
        );
        long readPage = -1;
        Format.Points.BlockVersion[] versions = [];
        await foreach (var block in scan.BlocksAsync(cancellationToken).ConfigureAwait(false))
        {
            if (block.Content == block.Old.Digest && block.IsComparable)
            {
                continue;
            }

            sum.Blocks++;
            sum.Bytes += block.Length;
            if (block.Content is not { } content)
            {
                sum.Stored += block.Length;
                continue;
            }

            if (block.Index / DiskView.Fanout != readPage)
            {
                readPage = block.Index / DiskView.Fanout;
                versions = await disk.ReadPageAsync(readPage, cancellationToken).ConfigureAwait(false);
            }

            if (versions[block.Index % DiskView.Fanout].Address is { } address && sum.IsNew(content))
            {
                var found = await machine
                    .Source.Frames.Tables.FindAsync(address, cancellationToken)
                    .ConfigureAwait(false);
                sum.Stored += found.Frame.StoredLength;
            }
        }
    }

    /// <summary>Counts the blocks of the target's size that are not zero, from the tables alone.</summary>
    private async ValueTask<long> CountAsync(DiskView disk, CancellationToken cancellationToken)
    {
        long bytes = 0;
        await foreach (var page in disk.NonZeroPagesAsync(cancellationToken).ConfigureAwait(false))
        {
            var versions = await disk.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
            bytes += versions.LongCount(version => version.Address is not null) * disk.BlockSize;
        }

        return (bytes + blockSize - 1) / blockSize;
    }

    private sealed class Sum
    {
        internal long NonZero { get; set; }

        internal long Blocks { get; set; }

        internal long Bytes { get; set; }

        internal long Stored { get; set; }

        internal HashSet<Digest> Wanted { get; } = [];

        /// <summary>Whether a content was not met yet; beyond what is remembered, each is new.</summary>
        internal bool IsNew(Digest content) => Wanted.Count >= KnownBlocks.Limit || Wanted.Add(content);
    }
}
