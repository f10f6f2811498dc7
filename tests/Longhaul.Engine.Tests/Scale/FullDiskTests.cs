using System.Diagnostics;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>A disk of 1 TiB that is full, in 60 restore points of which each changed 1,000 scattered blocks.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class FullDiskTests : IDisposable
{
    private const long Size = 1L << 40;
    private const int BlockSize = 1 << 20;
    private const long Blocks = Size / BlockSize;
    private const int Points = 60;
    private const int Changed = 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly Estate _estate = new();
    private readonly TemporaryFolder _home = new();
    private readonly TableCache _tables;
    private readonly Machine _machine;
    private readonly JobDefinition _nightly;
    private readonly MemoryObjectStore _near = new();
    private readonly Random _chance = new(1);

    public FullDiskTests()
    {
        _tables = new TableCache(_home["tables"], _estate.Clock);
        _machine = _estate.AddMachine("srv-files", ("disk0", []));
        _nightly = _estate.BackupJob(keep: Points, blockSize: BlockSize);
    }

    [Fact]
    public async Task A_full_tebibyte_with_60_points_is_opened_at_once_and_a_run_of_1000_blocks_sends_little()
    {
        var backup = await _estate.CreateAsync(_nightly, _near);
        var chain = new SyntheticChain(_estate, backup, _nightly, _machine, Size);
        await chain.AddAsync(Enumerable.Range(0, (int)Blocks).Select(block => ((long)block, block + 1L)), false);
        for (var point = 1; point < Points; point++)
        {
            await chain.AddAsync(Scattered(point), readable: point == Points - 1);
        }

        await OpenAsync();
        await CopyAsync(chain);
    }

    public void Dispose()
    {
        _estate.Dispose();
        _home.Dispose();
    }

    /// <summary>Opening, with the size of every point, as <c>backup show</c> does.</summary>
    private async Task OpenAsync()
    {
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var calls = new FaultyStore(_near);
        var clock = Stopwatch.StartNew();
        var backup = await _estate.OpenAsync(calls, _estate.Here);
        var state = backup.Folder.State;
        var machine = state.Machines[_machine.Id];
        var sizes = await new PointSizes(backup.Tables, backup.Frames.Tables, state).OfAsync(machine, Token);
        var newest = await backup.Tables.ViewAsync(machine.Newest!.Id, Token);
        var took = clock.Elapsed;
        held = GC.GetTotalMemory(forceFullCollection: true) - held;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"opened in {took.TotalSeconds:f2} s with {calls.Calls(StoreCall.Read)} reads, {held >> 20} MiB kept"
        );
        Assert.Equal(Blocks, newest.FindDisk("disk0")!.BlockCount);
        Assert.Equal(Points, sizes.Count);

        // The oldest alone has what the second replaced, the newest what it brought; of the others hardly a block.
        Assert.InRange(sizes[0], Changed * 24, Changed * 100);
        Assert.InRange(sizes[^1], Changed * 24, Changed * 1000);
        Assert.InRange(held, 0, 256 << 20);

        // One record in 33 is whole; a table takes four reads to open, a segment three, and each is opened once.
        var most = 70 + (5 * Points) + (4 * state.Segments.Count);
        Assert.InRange(calls.Calls(StoreCall.Read), Points, most);
    }

    /// <summary>Copies upon a carried copy of the folder, of runs that changed 1,000 blocks each, and a merge at the end of each.</summary>
    /// <remarks>Runs upon the carried tables ask for what they need of the complete one, page by page. After the first complete
    /// table of their own, which is due in the third run here, they send what a run is to send.</remarks>
    private async Task CopyAsync(SyntheticChain chain)
    {
        var job = _estate.CopyJob(keep: Points, blockSize: BlockSize);
        var far = new MemoryObjectStore(_near.Snapshot());
        var carried = await _estate.OpenAsync(far, _estate.OffSite);
        await carried.Folder.CommitAsync(
            _ =>
            {
                var draft = new RecordDraft("map");
                draft.SetOwner(new OwnerState(job.Id, job.Name, job.Repository, "test"), "{}"u8.ToArray());
                return draft;
            },
            Token
        );
        var isOwn = false;
        for (var run = 0; run < 4; run++)
        {
            await chain.AddAsync(Scattered(Points + run), readable: true);
            var counter = new TransferCounter();
            var source = await _estate.OpenAsync(_near, _estate.Here);
            var target = await _estate.OpenAsync(new CountingStore(far, counter), _estate.OffSite, _tables);
            var targetSide = await _estate.OpenAsync(far, _estate.OffSite);
            var before = await SizeAsync(far);
            var outcome = await _estate.CopyAsync(source, target, job, _machine.Id, counter, targetSide: targetSide);
            Assert.Equal(Changed, outcome.Counts.BlocksChanged);
            Assert.Equal(Points, target.Folder.State.Points.Count());

            var payloads = await PayloadsAsync(target);
            var written = await SizeAsync(far) - before - payloads;
            var sent = counter.Sent - payloads;
            var complete = target.Folder.State.Machines[_machine.Id].Tables[^1].Complete;
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"run {run}, complete {complete}: beside {payloads} bytes of blocks {written} written, {sent} sent, {counter.Received} received"
            );
            Assert.True(complete || written <= 256 << 10);
            Assert.True(complete || sent <= (isOwn ? 256 << 10 : 512 << 10));
            isOwn |= complete;
        }
    }

    /// <summary>Stored bytes of the newest point's own blocks.</summary>
    private static async Task<long> PayloadsAsync(OpenBackup backup)
    {
        long bytes = 0;
        var born = backup.Folder.State.Points.Max(point => point.Sequence);
        foreach (var segment in backup.Folder.State.Segments.Values.Where(segment => segment.Born == born))
        {
            var table = await backup.Frames.Tables.GetAsync(segment.Id, Token);
            bytes += table.Frames.Sum(frame => (long)frame.TotalLength);
        }

        return bytes;
    }

    private static async Task<long> SizeAsync(MemoryObjectStore store) =>
        await store.ListAsync("", Token).Select(file => file.Length).SumAsync(Token);

    private (long Block, long Number)[] Scattered(int point)
    {
        var blocks = new SortedSet<long>();
        while (blocks.Count < Changed)
        {
            blocks.Add(_chance.NextInt64(Blocks));
        }

        return [.. blocks.Select(block => (block, (point * Blocks) + block + 1))];
    }
}
