using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Runs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Sources;
using Xunit;

namespace Longhaul.Engine.Tests.BackUp;

/// <summary>Blocks of a disk that are read at the same time.</summary>
public sealed class ReadAheadTests : IDisposable
{
    private const int BlockSize = 256 << 10;
    private const int Group = 4;
    private const int Blocks = 6 * Group;

    private readonly Estate _estate = new();
    private readonly JobDefinition _job;
    private readonly Machine _machine;
    private readonly byte[] _content = new byte[(Blocks * BlockSize) - 5000];

    public ReadAheadTests()
    {
        new Random(5).NextBytes(_content);
        _machine = _estate.AddMachine("srv", ("disk0", _content));
        _job = _estate.BackupJob();
    }

    [Fact]
    public async Task Several_are_under_way_and_each_ends_up_in_its_place()
    {
        var backup = await _estate.CreateAsync(_job);
        var disk = new WatchedDisk(_content, reversed: true);

        var outcome = await RunAsync(backup, disk, CancellationToken.None);

        Assert.Equal(_content, await Estate.ReadAsync(backup, outcome.Point!.Id, "disk0"));
        Assert.Equal(_content.Length, outcome.Counts.BytesRead);
        Assert.InRange(disk.MostAtOnce, Group, Context(disk).Window + 1);
    }

    [Fact]
    public async Task Of_several_errors_the_first_one_on_the_disk_fails_the_machine_when_all_reads_have_ended()
    {
        var backup = await _estate.CreateAsync(_job);
        var disk = new WatchedDisk(_content, reversed: true) { FailsFrom = 2 * Group };

        var error = await Assert.ThrowsAsync<LonghaulException>(() => RunAsync(backup, disk, CancellationToken.None));

        Assert.Equal("disk.read-error", error.Code);
        Assert.Contains($"{2L * Group * BlockSize}", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, disk.UnderWay);
    }

    [Fact]
    public async Task Cancelling_ends_those_under_way_and_begins_no_more()
    {
        var backup = await _estate.CreateAsync(_job);
        using var cancelling = new CancellationTokenSource();
        var disk = new WatchedDisk(_content, reversed: false) { HangsFrom = Group };
        var running = RunAsync(backup, disk, cancelling.Token);
        await disk.Hanging.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, disk.UnderWay);
        var outcome = await RunAsync(backup, new MemoryDisk(_content), CancellationToken.None);
        Assert.Equal(_content, await Estate.ReadAsync(backup, outcome.Point!.Id, "disk0"));
    }

    /// <inheritdoc/>
    public void Dispose() => _estate.Dispose();

    private RunContext Context(IDiskSource disk) =>
        _estate.Context(_job) with
        {
            OpenDisk = (_, _, _) => ValueTask.FromResult(disk),
        };

    private async Task<MachineOutcome> RunAsync(
        OpenBackup backup,
        IDiskSource disk,
        CancellationToken cancellationToken
    )
    {
        using var run = await BackupRun.BeginAsync(backup, Context(disk), CancellationToken.None);
        return await run.RunMachineAsync(_machine, new FullRequest(), cancellationToken);
    }

    /// <summary>A disk that counts its reads, and can answer each group of them in reverse order.</summary>
    private sealed class WatchedDisk(byte[] content, bool reversed) : IDiskSource
    {
        private readonly MemoryDisk _disk = new(content);
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource[] _done =
        [
            .. Enumerable
                .Range(0, Blocks)
                .Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)),
        ];
        private int _underWay;
        private int _mostAtOnce;

        /// <summary>The first block that cannot be read; those behind it neither.</summary>
        internal int FailsFrom { get; init; } = int.MaxValue;

        /// <summary>The first block whose read ends only when it is cancelled.</summary>
        internal int HangsFrom { get; init; } = int.MaxValue;

        /// <summary>Ends when a read hangs.</summary>
        internal Task Hanging => _hanging.Task;

        internal int UnderWay => Volatile.Read(ref _underWay);

        internal int MostAtOnce => Volatile.Read(ref _mostAtOnce);

        public string Path => "watched";

        public long Size => _disk.Size;

        public ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken) =>
            _disk.NextDataAsync(offset, cancellationToken);

        public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            var block = (int)(offset / BlockSize);
            var underWay = Interlocked.Increment(ref _underWay);
            InterlockedMax(underWay);
            try
            {
                await AnswerAsync(block, cancellationToken);
                await _disk.ReadAsync(offset, destination, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
                _done[block].SetResult();
            }
        }

        public ValueTask DisposeAsync() => _disk.DisposeAsync();

        private async Task AnswerAsync(int block, CancellationToken cancellationToken)
        {
            if (block >= HangsFrom)
            {
                _hanging.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            if (reversed && block % Group < Group - 1)
            {
                await _done[block + 1].Task.WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);
            }

            if (block >= FailsFrom)
            {
                throw Errors.DiskReadError("srv", "disk0", Path, (long)block * BlockSize, "EIO");
            }
        }

        private void InterlockedMax(int value)
        {
            for (var most = MostAtOnce; most < value; most = MostAtOnce)
            {
                Interlocked.CompareExchange(ref _mostAtOnce, value, most);
            }
        }
    }
}
