using System.Buffers;
using Longhaul.Core;
using Longhaul.Core.Machines;
using Longhaul.Engine.Encoding;
using Longhaul.Engine.Pipelines;
using Longhaul.Engine.Points;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Runs;
using Longhaul.Sources;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.BackUp;

/// <summary>Makes one restore point of one machine from its disks.</summary>
/// <remarks>
/// <para>Every block of every disk is read but what the source says is a hole, and compared by digest with the machine's
/// newest point; unchanged blocks are neither compressed nor stored. As many blocks are read at a time as the window has.
/// Memory: a window of blocks, whatever the disk's size.</para>
/// </remarks>
/// <threadsafety>One run at a time.</threadsafety>
internal sealed class MachineBackup(
    BackupFolder folder,
    PointTables tables,
    FrameReader frames,
    PointBlocks known,
    PointCheckpoints checkpoints,
    DiskTasks tasks,
    RunContext context
)
{
    private long _bytesRead;

    /// <summary>Reads the disks and writes the point's files.</summary>
    /// <param name="identity">What is known of the point.</param>
    /// <param name="disks">The disks in the machine's order; stay the caller's.</param>
    /// <param name="place">The machine's place among what the run works on.</param>
    /// <param name="complete">Whether every disk gets a complete table: for an active full, or since one is due.</param>
    /// <param name="standalone">Whether nothing of what the backup has may be used; only with a complete table.</param>
    /// <param name="progress">Told as blocks are done.</param>
    /// <param name="cancellationToken">Cancels the run; what is durable can be resumed.</param>
    /// <returns>What is to be committed.</returns>
    /// <exception cref="LonghaulException">disk.read-error, store and data errors.</exception>
    internal async Task<BuiltPoint> RunAsync(
        PointIdentity identity,
        IReadOnlyList<(string Id, IDiskSource Source)> disks,
        DiskTasks.Place place,
        bool complete,
        bool standalone,
        IMachineProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var newest = folder.State.Machines.GetValueOrDefault(identity.Machine)?.Newest;
        var previous = newest is null
            ? null
            : await tables.ViewAsync(newest.Id, cancellationToken).ConfigureAwait(false);
        var builder = await PointBuilder
            .BeginAsync(folder, identity with { Follows = newest?.Id }, known, checkpoints, cancellationToken)
            .ConfigureAwait(false);
        await using var owned = builder.ConfigureAwait(false);
        using var encoder = new FrameEncoder(
            context.Job.Compression,
            context.Job.DeltaDepth,
            isFirst: previous is null || standalone
        );
        var comparer = new BlockComparer(
            folder.Descriptor.BlockSize,
            identity.Machine,
            frames,
            encoder,
            known,
            checkpoints
        );
        var runs = disks
            .Select(disk => Begin(builder, disk.Id, disk.Source, previous?.FindDisk(disk.Id), complete, standalone))
            .ToArray();
        await tasks
            .RunAsync(
                place,
                runs,
                (run, token) => RunDiskAsync(builder, comparer, run, progress, token),
                cancellationToken
            )
            .ConfigureAwait(false);
        builder.Counts.BytesRead = Volatile.Read(ref _bytesRead);
        foreach (var run in runs)
        {
            await OldDisks.BuryEndAsync(builder, run.Old, run.Source.Size, cancellationToken).ConfigureAwait(false);
        }

        await OldDisks
            .BuryAsync(builder, previous?.Disks ?? [], disks.Select(disk => disk.Id).ToHashSet(), cancellationToken)
            .ConfigureAwait(false);
        return await builder
            .FinishAsync(Array.TrueForAll(runs, run => run.Whole), cancellationToken)
            .ConfigureAwait(false);
    }

    private static DiskRun Begin(
        PointBuilder builder,
        string id,
        IDiskSource source,
        DiskView? old,
        bool complete,
        bool standalone
    )
    {
        var whole = complete || old is null || old.Size != source.Size;
        var disk = builder.BeginDisk(
            new DiskLayout(id, new ByteSize(source.Size)),
            old is null ? null : new Baseline(old, old),
            whole
        );
        return new DiskRun(id, source, old, whole, standalone, disk);
    }

    private async Task RunDiskAsync(
        PointBuilder builder,
        BlockComparer comparer,
        DiskRun run,
        IMachineProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var blockSize = folder.Descriptor.BlockSize;
        var reached = new DiskProgress(progress, run.Id, run.Source.Size);
        await new OrderedPipeline<ScannedBlock, BlockOutcome>(context.Window, context.Load)
            .RunAsync(
                new DiskScan(run.Source, run.Old, blockSize, run.Standalone).BlocksAsync(cancellationToken),
                (block, token) => ReadAndCompareAsync(run.Source, comparer, block, token),
                async (outcome, token) =>
                {
                    using (outcome)
                    {
                        await builder.AddAsync(run.Disk, outcome, context.Load, token).ConfigureAwait(false);
                        reached.ReachedBlock((outcome.Block + 1) * blockSize);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await builder.EndDiskAsync(run.Disk, cancellationToken).ConfigureAwait(false);
        reached.End();
    }

    private async ValueTask<BlockOutcome> ReadAndCompareAsync(
        IDiskSource source,
        BlockComparer comparer,
        ScannedBlock block,
        CancellationToken cancellationToken
    )
    {
        if (block.IsHole)
        {
            return await comparer.CompareAsync(block, default, cancellationToken).ConfigureAwait(false);
        }

        var rented = ArrayPool<byte>.Shared.Rent(block.Length);
        try
        {
            var content = rented.AsMemory(0, block.Length);
            using (context.Load.ReadingByWorker(context.Window))
            {
                await source.ReadAsync(block.Offset, content, cancellationToken).ConfigureAwait(false);
            }

            Interlocked.Add(ref _bytesRead, block.Length);
            return await comparer.CompareAsync(block, content, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>One disk on its way into the point.</summary>
    /// <param name="Id">Its identity.</param>
    /// <param name="Source">What is read; the run's caller disposes it.</param>
    /// <param name="Old">The disk at the machine's newest point; null when it had none.</param>
    /// <param name="Whole">Whether its table is complete.</param>
    /// <param name="Standalone">Whether nothing of the old one may be used.</param>
    /// <param name="Disk">Where the outcomes go.</param>
    private sealed record DiskRun(
        string Id,
        IDiskSource Source,
        DiskView? Old,
        bool Whole,
        bool Standalone,
        DiskInProgress Disk
    );
}
