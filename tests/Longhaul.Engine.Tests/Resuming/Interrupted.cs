using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Runs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Sources;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Resuming;

/// <summary>A backup of one machine whose runs stop in the middle.</summary>
internal sealed class Interrupted : IDisposable
{
    internal const int BlockSize = 256 << 10;
    internal const string Disk = "disk0";

    internal Interrupted(int blocks, int tail = 0)
    {
        var content = new byte[(blocks * BlockSize) + tail];
        new Random(11).NextBytes(content);
        Machine = Estate.AddMachine("srv-db", (Disk, content));
        Job = Estate.BackupJob();
    }

    internal Estate Estate { get; } = new();

    internal Machine Machine { get; private set; }

    internal JobDefinition Job { get; }

    internal MemoryObjectStore Store { get; set; } = new() { BestSegmentSize = (4 * BlockSize) + 4096 };

    /// <summary>Other machines, by id.</summary>
    internal Dictionary<MachineId, string> Others { get; } = [];

    internal byte[] Content => Estate.Disks[(Machine.Id, Disk)];

    internal Task<OpenBackup> CreateAsync() => Estate.CreateAsync(Job, Store);

    internal Task<OpenBackup> OpenAsync(IObjectStore? store = null) => Estate.OpenAsync(store ?? Store, Job.Repository);

    internal Task<MachineOutcome> BackUpAsync(OpenBackup target, long checkpointEvery = 1) =>
        Estate.BackUpAsync(target, Job, Machine, checkpointEvery: checkpointEvery);

    /// <summary>Runs until a number of checkpoints was put, one per block, and the store fails at the next.</summary>
    internal async Task StopAfterAsync(int checkpoints)
    {
        var failing = new FaultyStore(Store).ErrorInstead(
            StoreCall.Put,
            () => Errors.StoreIo("disk", new IOException("EIO")),
            from: checkpoints + 1,
            count: int.MaxValue / 2
        );
        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await BackUpAsync(await OpenAsync(failing))
        );
        Assert.Equal("store.io", error.Code);
    }

    /// <summary>A run in which a disk fails at its first block; those before it were done by then.</summary>
    internal RunContext ContextThatStopsAt(string machine, string disk, long checkpointEvery = 1) =>
        Estate.Context(Job, Machine, checkpointEvery) with
        {
            OpenDisk = (name, opened, _) =>
            {
                var content = Estate.Disks.Single(pair =>
                    IsMachine(pair.Key.Machine, name) && pair.Key.Disk == opened.Id
                );
                return ValueTask.FromResult<IDiskSource>(
                    name == machine && opened.Id == disk
                        ? new StoppingDisk(content.Value, 0, () => throw new IOException("gone"))
                        : new MemoryDisk(content.Value)
                );
            },
        };

    /// <summary>How many blocks the checkpoints that the sender believes name, in segments that no record lists.</summary>
    internal async Task<int> CheckpointedAsync(OpenBackup target)
    {
        var count = 0;
        foreach (var progress in await ProgressAsync(target.Folder.Store))
        {
            SegmentId.TryRead(progress.Segment.Span, out var segment);
            count += target.Folder.State.Segments.ContainsKey(segment) ? 0 : progress.Digests.Count;
        }

        return count;
    }

    internal async Task<IReadOnlyList<SegmentProgress>> ProgressAsync(IObjectStore store)
    {
        var found = new List<SegmentProgress>();
        await foreach (var file in store.ListAsync(BackupNames.SessionsFolder, CancellationToken.None))
        {
            var bytes = await store.ReadWholeAsync(file.Name, CheckpointCodec.MaxSize, CancellationToken.None);
            Assert.True(BackupNames.TryParseCheckpoint(file.Name, out var session, out var number));
            if (Estate.Journal.Knows(session, number, CheckpointCodec.HashOf(bytes)))
            {
                found.AddRange(CheckpointCodec.Decode(file.Name, bytes).Content.Segments);
            }
        }

        return found;
    }

    /// <summary>Gives the machine another disk.</summary>
    internal void AddDisk(string id, byte[] content)
    {
        Machine = Machine with { Disks = [.. Machine.Disks, new MachineDisk(id, "/" + id)] };
        Estate.Disks[(Machine.Id, id)] = content;
    }

    /// <summary>The newest point is what the disk is, and what is alive is what is reached.</summary>
    internal async Task CheckAsync(OpenBackup target)
    {
        var newest = target.Folder.State.Machines[Machine.Id].Newest!;
        foreach (var disk in Machine.Disks)
        {
            var read = await Estate.ReadAsync(target, newest.Id, disk.Id);
            Assert.True(read.AsSpan().SequenceEqual(Estate.Disks[(Machine.Id, disk.Id)]));
        }

        await Reachability.CheckAsync(target);
    }

    public void Dispose() => Estate.Dispose();

    private bool IsMachine(MachineId id, string name) => Others.GetValueOrDefault(id, Machine.Name) == name;

    /// <summary>A disk of which a number of reads succeed.</summary>
    internal sealed class StoppingDisk(byte[] content, int reads, Action stop) : IDiskSource
    {
        private readonly MemoryDisk _disk = new(content);
        private int _reads;

        public string Path => "stopping";

        public long Size => _disk.Size;

        public ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken) =>
            _disk.NextDataAsync(offset, cancellationToken);

        public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _reads) > reads)
            {
                stop();
            }

            cancellationToken.ThrowIfCancellationRequested();
            return _disk.ReadAsync(offset, destination, cancellationToken);
        }

        public ValueTask DisposeAsync() => _disk.DisposeAsync();
    }
}
