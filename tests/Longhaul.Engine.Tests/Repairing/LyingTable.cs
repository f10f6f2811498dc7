using System.Buffers;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Pipelines;
using Longhaul.Engine.Points;
using Longhaul.Format.Compression;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Xunit;

namespace Longhaul.Engine.Tests.Repairing;

/// <summary>Restore points whose tables say of a stored block what it is not.</summary>
internal static class LyingTable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A point at which one block lies in the frame of another, and has a digest of neither.</summary>
    internal static async Task<RestorePoint> AddAsync(
        Estates.Estate estate,
        OpenBackup backup,
        JobDefinition job,
        Machine machine,
        int stored,
        int named,
        Digest digest
    ) =>
        await AddAsync(
            estate,
            backup,
            job,
            machine,
            named,
            async before =>
            {
                var first = backup.Folder.State.Machines[machine.Id].Points[0].Id;
                return BlockOutcome.At(named, before, digest, await AddressAsync(backup, first, stored));
            }
        );

    /// <summary>A point at which one block has a digest, and its own frame other bytes, as when memory is faulty.</summary>
    internal static async Task<RestorePoint> StoreAsync(
        Estates.Estate estate,
        OpenBackup backup,
        JobDefinition job,
        Machine machine,
        int block,
        Digest digest,
        byte[] content
    ) =>
        await AddAsync(
            estate,
            backup,
            job,
            machine,
            block,
            before =>
            {
                var rented = ArrayPool<byte>.Shared.Rent(2 * content.Length);
                using var encoder = new BlockEncoder(CompressionLevel.Default);
                var length = encoder.Encode(content, rented);
                var draft = new FrameDraft(FrameCodec.Zstd, content.Length, rented, length, null, 0, true);
                return Task.FromResult(BlockOutcome.Stored(block, before, digest, draft));
            }
        );

    private static async Task<RestorePoint> AddAsync(
        Estates.Estate estate,
        OpenBackup backup,
        JobDefinition job,
        Machine machine,
        int block,
        Func<BlockVersion, Task<BlockOutcome>> makeAsync
    )
    {
        estate.Clock.Advance(TimeSpan.FromHours(1));
        var chain = backup.Folder.State.Machines[machine.Id];
        var newest = (await backup.Tables.ViewAsync(chain.Newest!.Id, Token)).FindDisk("disk0")!;
        using var checkpoints = new RunCheckpoints(backup.Folder, estate.Context(job, machine));
        await using var builder = await PointBuilder.BeginAsync(
            backup.Folder,
            new PointIdentity
            {
                Id = PointId.New(),
                Machine = machine.Id,
                MachineName = machine.Name,
                Sequence = chain.NextSequence,
                Follows = chain.Newest.Id,
                CreatedAt = estate.Clock.GetUtcNow(),
                Job = job.Id,
                WrittenBy = job.OriginOf(anyManagedSource: false),
            },
            new PointBlocks(new KnownBlocks(backup.Folder.Descriptor.BlockSize, limit: 0)),
            new PointCheckpoints(checkpoints, every: 1 << 20, standalone: false),
            Token
        );
        var writing = builder.BeginDisk(
            new DiskLayout("disk0", new ByteSize(newest.Size)),
            new Baseline(newest, newest),
            complete: false,
            fill: false
        );
        using var outcome = await makeAsync((await newest.ReadPageAsync(0, Token))[block]);
        await builder.AddAsync(writing, outcome, new StageLoad(), Token);
        await builder.EndDiskAsync(writing, Token);
        return await PointCommit.CommitAsync(
            backup.Folder,
            await builder.FinishAsync(complete: false, Token),
            NewPointKind.Increment,
            transform: false,
            job.Name,
            SessionId.New(),
            term: null,
            Token
        );
    }

    private static async Task<FrameAddress> AddressAsync(OpenBackup backup, PointId point, int block) =>
        (await (await backup.Tables.ViewAsync(point, Token)).Disks[0].ReadPageAsync(0, Token))[block].Address!.Value;
}
