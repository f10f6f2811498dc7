using System.Buffers.Binary;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Runs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Sources;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>What crosses the wire beside blocks.</summary>
public sealed class ControlBytesTests : IDisposable
{
    private const int BlockSize = 256 << 10;
    private const int Blocks = 4096;
    private const int BlocksPerPage = 64;

    /// <summary>A digest with what belongs to it.</summary>
    private const int BytesPerEntry = 40;

    private readonly Estate _estate = new();
    private readonly Machine _machine;
    private readonly long[] _content = [.. Enumerable.Range(1, Blocks)];
    private readonly MemoryObjectStore _store = new();
    private readonly TransferCounter _counter = new();

    public ControlBytesTests() => _machine = _estate.AddMachine("srv-db", ("disk0", []));

    [Fact]
    public async Task A_copy_by_digests_reads_only_the_pages_that_differ()
    {
        var (job, source) = await SeedAsync();
        var whole = _store
            .Snapshot()
            .Objects.Where(file => file.Key.StartsWith("points/", StringComparison.Ordinal))
            .Sum(file => file.Value.Length);

        // The same machine in another backup: nothing of it has an id that the target knows.
        var other = _estate.BackupJob();
        source = await _estate.CreateAsync(other);
        int[] differing = [3, 17, 40];
        foreach (var page in differing)
        {
            _content[page * BlocksPerPage + 5] = -page;
            _content[page * BlocksPerPage + 50] = -page - 1000;
        }

        await BackUpAsync(source, other);
        var outcome = await CopyAsync(source, job);

        Assert.Equal(BaselineFoundBy.Digests, outcome.BaselineFoundBy);
        Assert.Equal(2 * differing.Length, outcome.Counts.BlocksChanged);
        var pages = differing.Length + 1;
        var bound = (pages * BlocksPerPage * BytesPerEntry) + (64 << 10);
        Assert.InRange(_counter.Total, 1, bound);
        Assert.True(whole > bound, $"The table has {whole} bytes: reading all of it must not pass.");
    }

    [Fact]
    public async Task A_copy_in_which_nothing_changed_sends_next_to_nothing()
    {
        var (job, source) = await SeedAsync();
        await BackUpAsync(source, _nightly!);
        var outcome = await CopyAsync(source, job);

        Assert.Equal(BaselineFoundBy.Lineage, outcome.BaselineFoundBy);
        Assert.Equal(0, outcome.Counts.BlocksChanged);
        Assert.InRange(_counter.Sent, 1, 16 << 10);
        Assert.InRange(_counter.Received, 1, 16 << 10);
    }

    public void Dispose() => _estate.Dispose();

    private JobDefinition? _nightly;

    private async Task<(JobDefinition Job, OpenBackup Source)> SeedAsync()
    {
        _nightly = _estate.BackupJob();
        var source = await _estate.CreateAsync(_nightly);
        await BackUpAsync(source, _nightly);
        var job = _estate.CopyJob();
        var target = await _estate.CreateAsync(job, _store);
        await _estate.CopyAsync(source, target, job, _machine.Id);
        return (job, source);
    }

    private async Task BackUpAsync(OpenBackup target, JobDefinition job)
    {
        _estate.Clock.Advance(TimeSpan.FromHours(1));
        var context = _estate.Context(job, _machine) with
        {
            OpenDisk = (_, _, _) => ValueTask.FromResult<IDiskSource>(new NumberedDisk(_content)),
        };
        var run = await BackupRun.BeginAsync(target, context, TestContext.Current.CancellationToken);
        await run.RunMachineAsync(_machine, new FullRequest(), TestContext.Current.CancellationToken);
        await run.EndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Copies as a job does that has just been started: nothing of the target is in memory.</summary>
    private async Task<MachineOutcome> CopyAsync(OpenBackup source, JobDefinition job)
    {
        var target = await _estate.OpenAsync(new CountingStore(_store, _counter), _estate.OffSite);
        var targetSide = await _estate.OpenAsync(_store, _estate.OffSite);
        return await _estate.CopyAsync(source, target, job, _machine.Id, _counter, targetSide: targetSide);
    }

    /// <summary>A disk of blocks that hold a number and nothing else.</summary>
    private sealed class NumberedDisk(long[] numbers) : IDiskSource
    {
        public string Path => "memory";

        public long Size => (long)numbers.Length * BlockSize;

        public ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken) =>
            ValueTask.FromResult<DataExtent?>(offset < Size ? new DataExtent(offset, Size - offset) : null);

        public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            destination.Span.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(destination.Span, numbers[offset / BlockSize]);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
