using Google.Protobuf;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Retaining;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Leases;
using Longhaul.Storage.Stores;
using Longhaul.Testing;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>Removes, reclaims and looks at what is left.</summary>
internal static class Janitor
{
    internal static readonly ReclaimOptions s_now = new() { Delay = TimeSpan.Zero };

    internal static LeaseObserver Observer(OpenBackup backup) =>
        new(backup.Folder.Store, new BootClock(), new LeaseMemory());

    internal static async Task<ReclaimReport> ReclaimAsync(
        Estate estate,
        OpenBackup backup,
        ReclaimOptions? options = null,
        RecordAges? ages = null
    ) =>
        await new Reclaimer(
            backup,
            Observer(backup),
            ages ?? new RecordAges(estate.Clock),
            estate.Journal,
            estate.Clock
        ).RunAsync(options ?? s_now, CancellationToken.None);

    internal static async Task RemoveAsync(OpenBackup backup, params IEnumerable<RestorePoint> points)
    {
        var going = points.Select(point => point.Id).ToHashSet();
        await new PointRemover(backup.Folder, backup.Tables, backup.Frames.Tables).RemoveAsync(
            state => [.. state.Machines.Values.Select(machine => ChainEditor.Remove(machine.Points, going))],
            "delete",
            null,
            CancellationToken.None
        );
    }

    internal static async Task<string[]> NamesAsync(IObjectStore store, string folder) =>
        [
            .. (await store.ListAsync(folder, CancellationToken.None).ToListAsync())
                .Concat(await store.ListUnfinishedAsync(folder, CancellationToken.None).ToListAsync())
                .Select(file => file.Name),
        ];

    /// <summary>Another writer's view of the same backup.</summary>
    internal static Task<OpenBackup> ForkAsync(Estate estate, MemoryObjectStore store, out MemoryObjectStore fork)
    {
        fork = new MemoryObjectStore(store.Snapshot());
        return estate.OpenAsync(fork, estate.Here);
    }

    /// <summary>A machine whose disk gets a delta, a new block and a zero block with every point.</summary>
    internal static async Task<Dictionary<PointId, byte[]>> GrowAsync(
        Estate estate,
        OpenBackup backup,
        JobDefinition job,
        Machine machine,
        int points,
        int seed
    )
    {
        const int Block = 256 << 10;
        var chance = new Random(seed);
        var contents = new Dictionary<PointId, byte[]>();
        for (var i = 0; i < points; i++)
        {
            var disk = estate.Disks[(machine.Id, "disk0")];
            chance.NextBytes(disk.AsSpan(chance.Next(2) * Block, 4096));
            chance.NextBytes(disk.AsSpan((2 + chance.Next((disk.Length / Block) - 3)) * Block, Block));
            var made = await estate.BackUpAsync(backup, job, machine);
            contents[made.Point!.Id] = (byte[])disk.Clone();
        }

        return contents;
    }

    internal static byte[] RandomDisk(int blocks, int seed)
    {
        var content = new byte[(blocks * (256 << 10)) + 1000];
        new Random(seed).NextBytes(content);
        return content;
    }

    /// <summary>Puts a checkpoint that names one unsealed segment.</summary>
    internal static async Task CheckpointAsync(Estate estate, IObjectStore store, SegmentId segment, bool isKnown)
    {
        var session = SessionId.New();
        var checkpoint = new Checkpoint
        {
            Session = ByteString.CopyFrom(session.ToBytes()),
            Number = 1,
            Job = ByteString.CopyFrom(JobId.New().ToBytes()),
            WrittenAt = estate.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        checkpoint.Segments.Add(
            new SegmentProgress
            {
                Segment = ByteString.CopyFrom(segment.ToBytes()),
                Machine = ByteString.CopyFrom(MachineId.New().ToBytes()),
                Watermark = 100,
            }
        );
        var bytes = CheckpointCodec.Encode(checkpoint);
        await store.PutIfAbsentAsync(BackupNames.Checkpoint(session, 1), bytes, CancellationToken.None);
        if (isKnown)
        {
            estate.Journal.Remember(session, 1, CheckpointCodec.HashOf(bytes));
        }
    }
}
