using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Engine.BackUp;
using Longhaul.Sources;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Resuming;

/// <summary>Wherever a run is interrupted, the next one sends no block again that a checkpoint names.</summary>
public sealed class InterruptionTests(ITestOutputHelper output)
{
    private const int Blocks = 9;

    public static TheoryData<StoreCall> Calls =>
        [StoreCall.Create, StoreCall.Write, StoreCall.Flush, StoreCall.Put, StoreCall.Complete, StoreCall.Delete];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Backup_interrupted_at_any_call_goes_on_where_it_was(StoreCall call)
    {
        var (runs, resumed) = (0, 0L);
        for (var at = 1; ; at++)
        {
            using var estate = new Interrupted(Blocks, tail: 5000);
            (await estate.CreateAsync()).Dispose();
            var store = new FaultyStore(estate.Store);
            Fail(store, call, at);
            if (await IsDoneAsync(async () => await estate.BackUpAsync(await estate.OpenAsync(store))))
            {
                break;
            }

            runs++;
            resumed += await GoOnAsync(estate);
        }

        output.WriteLine($"{call}: interrupted in {runs} places, {resumed} blocks resumed");
        Assert.True(runs > 0);
        Assert.True(resumed > 0 || call == StoreCall.Delete, "nothing is left to resume only where all was committed");
    }

    [Fact]
    public async Task Backup_interrupted_again_and_again_ends_all_the_same()
    {
        using var estate = new Interrupted(Blocks);
        (await estate.CreateAsync()).Dispose();
        for (var checkpoints = 1; checkpoints < 4; checkpoints++)
        {
            await estate.StopAfterAsync(checkpoints);
        }

        // Each run went on from those before it.
        Assert.Equal(1 + 2 + 3, await estate.CheckpointedAsync(await estate.OpenAsync()));
        await GoOnAsync(estate);
    }

    [Fact]
    public async Task Cancelled_backup_goes_on_where_it_was()
    {
        for (var reads = 1; reads <= Blocks; reads++)
        {
            using var estate = new Interrupted(Blocks);
            using var cancelling = new CancellationTokenSource();
            var target = await estate.CreateAsync();
            var context = estate.Estate.Context(estate.Job, estate.Machine, 1) with
            {
                OpenDisk = (_, _, _) =>
                    ValueTask.FromResult<IDiskSource>(
                        new Interrupted.StoppingDisk(estate.Content, reads - 1, cancelling.Cancel)
                    ),
            };
            var run = await BackupRun.BeginAsync(target, context, CancellationToken.None);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                run.RunMachineAsync(estate.Machine, new FullRequest(), cancelling.Token)
            );
            await GoOnAsync(estate);
        }
    }

    [Theory]
    [InlineData(StoreCall.Write)]
    [InlineData(StoreCall.Flush)]
    [InlineData(StoreCall.Put)]
    [InlineData(StoreCall.Complete)]
    public async Task Copy_interrupted_at_any_call_goes_on_where_it_was(StoreCall call)
    {
        using var estate = new Interrupted(Blocks, tail: 5000);
        var source = await estate.CreateAsync();
        await estate.BackUpAsync(source);
        var copyJob = estate.Estate.CopyJob();
        var (runs, resumed) = (0, 0L);
        for (var at = 1; ; at++)
        {
            var inner = new MemoryObjectStore { BestSegmentSize = 4 * Interrupted.BlockSize };
            (await estate.Estate.CreateAsync(copyJob, inner)).Dispose();
            var store = new FaultyStore(inner);
            Fail(store, call, at);
            var target = await estate.Estate.OpenAsync(store, copyJob.Repository);
            if (
                await IsDoneAsync(() =>
                    estate.Estate.CopyAsync(source, target, copyJob, estate.Machine.Id, checkpointEvery: 1)
                )
            )
            {
                break;
            }

            runs++;
            var counter = new TransferCounter();
            var next = await estate.Estate.OpenAsync(new CountingStore(inner, counter), copyJob.Repository);
            if (next.Folder.State.Points.Any())
            {
                continue;
            }

            var left = await estate.CheckpointedAsync(next);
            var sent = counter.Sent;
            var made = await estate.Estate.CopyAsync(source, next, copyJob, estate.Machine.Id, counter, 1);
            Assert.Equal(left, made.Counts.BlocksResumed);
            resumed += left;
            AssertSent(counter.Sent - sent, made.Counts.BlocksChanged - left);
            await estate.CheckAsync(next);
        }

        output.WriteLine($"{call}: interrupted in {runs} places, {resumed} blocks resumed");
        Assert.True(runs > 0 && resumed > 0);
    }

    /// <summary>Runs again over a store that counts, and checks what was sent.</summary>
    private static async Task<long> GoOnAsync(Interrupted estate)
    {
        var counter = new TransferCounter();
        var target = await estate.OpenAsync(new CountingStore(estate.Store, counter));
        var isThere = target.Folder.State.Points.Any();
        var left = await estate.CheckpointedAsync(target);
        var sent = counter.Sent;
        var made = await estate.BackUpAsync(target);
        if (!isThere)
        {
            Assert.Equal(left, made.Counts.BlocksResumed);
        }

        AssertSent(counter.Sent - sent, made.Counts.BlocksChanged - made.Counts.BlocksResumed);
        await estate.CheckAsync(target);
        Assert.Empty(await estate.ProgressAsync(estate.Store));
        return made.Counts.BlocksResumed;
    }

    /// <summary>The content is random: every block that is sent is sent as it is.</summary>
    private static void AssertSent(long sent, long blocks) =>
        Assert.InRange(sent, 0, (blocks * Interrupted.BlockSize) + 100_000);

    private static void Fail(FaultyStore store, StoreCall call, int at)
    {
        if (call == StoreCall.Flush || at % 2 == 1)
        {
            store.ErrorInstead(call, () => Errors.StoreIo("disk", new IOException("EIO")), at, count: int.MaxValue / 2);
        }
        else
        {
            store.ErrorAfter(call, () => Errors.StoreIo("disk", new IOException("EIO")), at, count: int.MaxValue / 2);
        }
    }

    private static async Task<bool> IsDoneAsync(Func<Task> run)
    {
        try
        {
            await run();
            return true;
        }
        catch (LonghaulException error) when (error.Code == "store.io")
        {
            return false;
        }
    }
}
