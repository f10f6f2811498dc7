using System.Buffers;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Pipelines;
using Longhaul.Engine.Points;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Compression;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Points;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>Restore points of a disk too large to be read: tables, frames and records as a run writes them, from numbers.</summary>
/// <remarks>A block holds its number and zeros. Where it is never to be read, its digest is that of the number alone, and its
/// frame 16 bytes of nothing: a tebibyte is then written in seconds.</remarks>
internal sealed class SyntheticChain(Estate estate, OpenBackup backup, JobDefinition job, Machine machine, long size)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly byte[] _content = new byte[backup.Folder.Descriptor.BlockSize];

    /// <summary>Adds a restore point.</summary>
    /// <param name="changed">Blocks, ascending, with their new numbers.</param>
    /// <param name="readable">Whether the blocks can be read.</param>
    internal async Task<RestorePoint> AddAsync(IEnumerable<(long Block, long Number)> changed, bool readable)
    {
        estate.Clock.Advance(TimeSpan.FromHours(1));
        var chain = backup.Folder.State.Machines.GetValueOrDefault(machine.Id);
        var disk = chain?.Newest is { } newest
            ? (await backup.Tables.ViewAsync(newest.Id, Token)).FindDisk("disk0")
            : null;
        var isDue = FullTables.IsDue(chain);
        using var checkpoints = new RunCheckpoints(
            backup.Folder,
            estate.Context(job, machine, checkpointEvery: 1 << 20)
        );
        var builder = await PointBuilder.BeginAsync(
            backup.Folder,
            Identity(chain?.NextSequence ?? 1, chain?.Newest?.Id) with
            {
                LastFull = isDue ? FullTables.LastFull(chain!) : 0,
            },
            new PointBlocks(new KnownBlocks(_content.Length, limit: 0)),
            new PointCheckpoints(checkpoints, every: 1 << 20, standalone: false),
            Token
        );
        await using var owned = builder;
        var writing = builder.BeginDisk(
            new DiskLayout("disk0", new ByteSize(size)),
            disk is null ? null : new Baseline(disk, disk),
            complete: disk is null || isDue,
            fill: isDue
        );
        BlockVersion[] old = [];
        long page = -1;
        foreach (var (block, number) in changed)
        {
            if (disk is not null && block / DiskView.Fanout != page)
            {
                page = block / DiskView.Fanout;
                old = await disk.ReadPageAsync(page, Token);
            }

            var before = disk is null ? BlockVersion.ZeroOf(_content.Length) : old[block % DiskView.Fanout];
            var (digest, draft) = readable ? Readable(number) : Unreadable(number);
            using var outcome = BlockOutcome.Stored(block, before, digest, draft);
            await builder.AddAsync(writing, outcome, new StageLoad(), Token);
        }

        await builder.EndDiskAsync(writing, Token);
        var built = await builder.FinishAsync(complete: disk is null || isDue, Token);
        var point = await PointCommit.CommitAsync(
            backup.Folder,
            built,
            NewPointKind.Increment,
            transform: false,
            job.Name,
            SessionId.New(),
            term: null,
            Token
        );
        await checkpoints.EndAsync(Token);
        return point;
    }

    private PointIdentity Identity(long sequence, PointId? follows) =>
        new()
        {
            Id = PointId.New(),
            Machine = machine.Id,
            MachineName = machine.Name,
            Sequence = sequence,
            Follows = follows,
            CreatedAt = estate.Clock.GetUtcNow(),
            Job = job.Id,
            WrittenBy = job.OriginOf(anyManagedSource: false),
        };

    private (Digest Digest, FrameDraft Draft) Readable(long number)
    {
        SyntheticDisk.ContentOf(number, _content);
        var rented = ArrayPool<byte>.Shared.Rent(_content.Length);
        using var encoder = new BlockEncoder(CompressionLevel.Auto);
        var length = encoder.Encode(_content, rented);
        var draft = new FrameDraft(FrameCodec.Zstd, _content.Length, rented, length, null, 0, true);
        return (DigestTree.Block(_content, _content.Length), draft);
    }

    private (Digest Digest, FrameDraft Draft) Unreadable(long number)
    {
        var rented = ArrayPool<byte>.Shared.Rent(16);
        BitConverter.TryWriteBytes(rented, number);
        var draft = new FrameDraft(FrameCodec.Zstd, _content.Length, rented, 16, null, 0, true);
        return (Digest.Of(rented.AsSpan(0, sizeof(long))), draft);
    }
}
