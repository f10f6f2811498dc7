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
/// <param name="context">The run.</param>
/// <threadsafety>One run at a time.</threadsafety>
internal sealed class MachineCopy(
    OpenBackup target,
    DeltaBases bases,
    PointBlocks known,
    PointCheckpoints checkpoints,
    DamagedBlocks damaged,
    RunContext context
)
{
    /// <summary>Copies the disks.</summary>
    /// <param name="machine">The machine and its source point.</param>
    /// <param name="view">The source point.</param>
    /// <param name="baseline">What the target has.</param>
    /// <param name="sequence">The first sequence number the machine never used at the target.</param>
    /// <param name="progress">Told as blocks are done; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the run; what is durable can be resumed.</param>
    /// <returns>What is to be committed.</returns>
    /// <exception cref="LonghaulException">store and data errors.</exception>
    internal async Task<BuiltPoint> RunAsync(
        CopyMachine machine,
        PointView view,
        CopyBaseline baseline,
        long sequence,
        IMachineProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var chain = target.Folder.State.Machines.GetValueOrDefault(machine.Target);
        var isDue = FullTables.IsDue(chain);
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
            isFirst: baseline.Point is null
        );
        var isComplete = true;
        foreach (var disk in view.Disks)
        {
            var below = baseline.FindDisk(disk.Id);
            var scan = new CopyScan(
                disk,
                below,
                target.Folder.Descriptor.BlockSize,
                damaged.Of(machine.Target, disk.Id)
            );
            isComplete &= scan.IsComplete || isDue;
            builder.BeginDisk(
                new DiskLayout(disk.Id, new ByteSize(disk.Size)),
                below,
                scan.IsComplete || isDue,
                fill: isDue && !scan.IsComplete
            );
            var source = new SourceDisk(
                machine.Source.Folder,
                machine.Source.Frames,
                disk,
                baseline.FindLineage(disk.Id)
            );
            var copier = new BlockCopier(
                target.Folder.Descriptor.BlockSize,
                identity.Machine,
                source,
                below?.Stored,
                bases,
                encoder,
                known,
                checkpoints,
                PassesStored(disk) ? new StoredPassing(source, below?.Stored, bases, context.Job.DeltaDepth) : null
            );
            progress?.BeginDisk(disk.Id);
            await RunDiskAsync(builder, scan, copier, progress, cancellationToken).ConfigureAwait(false);
            await OldDisks.BuryEndAsync(builder, below?.Stored, disk.Size, cancellationToken).ConfigureAwait(false);
            await builder.EndDiskAsync(cancellationToken).ConfigureAwait(false);
        }

        await OldDisks
            .BuryAsync(builder, baseline.Disks, view.Disks.Select(disk => disk.Id).ToHashSet(), cancellationToken)
            .ConfigureAwait(false);
        return await builder.FinishAsync(isComplete, cancellationToken).ConfigureAwait(false);
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

    private async Task RunDiskAsync(
        PointBuilder builder,
        CopyScan scan,
        BlockCopier copier,
        IMachineProgress? progress,
        CancellationToken cancellationToken
    )
    {
        await new OrderedPipeline<CopyBlock, BlockOutcome>(context.Window, context.Load)
            .RunAsync(
                scan.BlocksAsync(cancellationToken),
                copier.CopyAsync,
                async (outcome, token) =>
                {
                    using (outcome)
                    {
                        await builder.AddAsync(outcome, token).ConfigureAwait(false);
                        progress?.Advance(target.Folder.Descriptor.BlockSize);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        builder.Counts.BytesRead += copier.BytesRead;
    }
}
