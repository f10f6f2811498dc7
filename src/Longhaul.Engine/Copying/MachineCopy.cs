using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Encoding;
using Longhaul.Engine.Pipelines;
using Longhaul.Engine.Points;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Runs;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>Writes the files of one copied restore point.</summary>
/// <param name="target">The job's backup; stays the caller's.</param>
/// <param name="bases">The frames there that deltas may stand upon.</param>
/// <param name="known">Content the target has already.</param>
/// <param name="checkpoints">Content an interrupted run has stored.</param>
/// <param name="damaged">Blocks of the target that are to be sent again.</param>
/// <param name="tasks">What the run works on at a time.</param>
/// <param name="context">The run.</param>
/// <threadsafety>One run at a time.</threadsafety>
internal sealed class MachineCopy(
    OpenBackup target,
    DeltaBases bases,
    PointBlocks known,
    PointCheckpoints checkpoints,
    DamagedBlocks damaged,
    DiskTasks tasks,
    RunContext context
)
{
    /// <summary>Copies the disks.</summary>
    /// <param name="machine">The machine and its source point.</param>
    /// <param name="view">The source point.</param>
    /// <param name="baseline">What the target has.</param>
    /// <param name="sequence">The first sequence number the machine never used at the target.</param>
    /// <param name="place">The machine's place among what the run works on.</param>
    /// <param name="progress">Told as blocks are done; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the run; what is durable can be resumed.</param>
    /// <returns>What is to be committed.</returns>
    /// <exception cref="LonghaulException">store and data errors.</exception>
    internal async Task<BuiltPoint> RunAsync(
        CopyMachine machine,
        PointView view,
        CopyBaseline baseline,
        long sequence,
        DiskTasks.Place place,
        IMachineProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var chain = target.Folder.State.Machines.GetValueOrDefault(machine.Target);
        var isDue = !machine.Full.Standalone && FullTables.IsDue(chain);
        var identity = IdentityOf(machine, view, sequence) with
        {
            Follows = baseline.Point?.Id,
            LastFull = isDue ? FullTables.LastFull(chain!) : 0,
        };
        var builder = await PointBuilder
            .BeginAsync(target.Folder, identity, known, checkpoints, cancellationToken)
            .ConfigureAwait(false);
        await using var owned = builder.ConfigureAwait(false);
        using var encoder = new FrameEncoder(
            context.Job.Compression,
            context.Job.DeltaDepth,
            isFirst: baseline.Point is null || machine.Full.Standalone
        );
        var runs = view.Disks.Select(disk => Begin(builder, machine, disk, baseline, isDue, encoder)).ToArray();
        await tasks
            .RunAsync(place, runs, (run, token) => RunDiskAsync(builder, run, progress, token), cancellationToken)
            .ConfigureAwait(false);
        builder.Counts.BytesRead = runs.Sum(run => run.Copier.BytesRead);
        foreach (var run in runs)
        {
            await OldDisks
                .BuryEndAsync(builder, run.Below?.Stored, run.Source.Size, cancellationToken)
                .ConfigureAwait(false);
        }

        await OldDisks
            .BuryAsync(builder, baseline.Disks, view.Disks.Select(disk => disk.Id).ToHashSet(), cancellationToken)
            .ConfigureAwait(false);
        return await builder
            .FinishAsync(Array.TrueForAll(runs, run => run.IsComplete), cancellationToken)
            .ConfigureAwait(false);
    }

    private PointIdentity IdentityOf(CopyMachine machine, PointView view, long sequence) =>
        new()
        {
            Id = PointId.New(),
            Machine = machine.Target,
            MachineName = machine.Name,
            Sequence = sequence,
            CreatedAt = machine.Point.CreatedAt,
            Job = context.Job.Id,
            WrittenBy = context.Origin,
            SourcePoint = machine.Point.Id,
            Configuration = [.. view.Header.Configuration],
            Consistency = view.Header.Consistency,
        };

    /// <summary>A job that names a level gets that level.</summary>
    private bool PassesStored(DiskView disk) =>
        context.Job.Compression == CompressionLevel.Auto && disk.BlockSize == target.Folder.Descriptor.BlockSize;

    private DiskRun Begin(
        PointBuilder builder,
        CopyMachine machine,
        DiskView disk,
        CopyBaseline baseline,
        bool isDue,
        FrameEncoder encoder
    )
    {
        var blockSize = target.Folder.Descriptor.BlockSize;
        var below = baseline.FindDisk(disk.Id);
        var scan = new CopyScan(disk, below, blockSize, damaged.Of(machine.Target, disk.Id), machine.Full.Standalone);
        var isComplete = scan.IsComplete || isDue;
        var source = new SourceDisk(machine.Source.Folder, machine.Source.Frames, disk, baseline.FindLineage(disk.Id));
        var copier = new BlockCopier(
            blockSize,
            machine.Target,
            source,
            below?.Stored,
            bases,
            encoder,
            known,
            checkpoints,
            PassesStored(disk) ? new StoredPassing(source, below?.Stored, bases, context.Job.DeltaDepth) : null
        );
        var writing = builder.BeginDisk(
            new DiskLayout(disk.Id, new ByteSize(disk.Size)),
            below,
            isComplete,
            fill: isDue && !scan.IsComplete
        );
        return new DiskRun(disk, below, isComplete, scan, copier, writing);
    }

    private async Task RunDiskAsync(
        PointBuilder builder,
        DiskRun run,
        IMachineProgress? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.BeginDisk(run.Source.Id);
        await new OrderedPipeline<CopyBlock, BlockOutcome>(context.Window, context.Load)
            .RunAsync(
                bases.AskAheadAsync(run.Scan.BlocksAsync(cancellationToken), cancellationToken),
                run.Copier.CopyAsync,
                async (outcome, token) =>
                {
                    using (outcome)
                    {
                        await builder.AddAsync(run.Disk, outcome, context.Load, token).ConfigureAwait(false);
                        progress?.Advance(target.Folder.Descriptor.BlockSize);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await builder.EndDiskAsync(run.Disk, cancellationToken).ConfigureAwait(false);
        progress?.EndDisk(run.Source.Id);
    }

    /// <summary>One disk on its way into the point.</summary>
    /// <param name="Source">The disk at the source point.</param>
    /// <param name="Below">What it is compared with; null when the target has nothing.</param>
    /// <param name="IsComplete">Whether its table is complete.</param>
    /// <param name="Scan">Finds the blocks that differ.</param>
    /// <param name="Copier">Makes their outcomes.</param>
    /// <param name="Disk">Where those go.</param>
    private sealed record DiskRun(
        DiskView Source,
        Baseline? Below,
        bool IsComplete,
        CopyScan Scan,
        BlockCopier Copier,
        DiskInProgress Disk
    );
}
