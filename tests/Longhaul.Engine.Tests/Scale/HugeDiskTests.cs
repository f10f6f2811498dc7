using Longhaul.Engine.Runs;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>A sparse disk costs what its data cost, however large it is.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class HugeDiskTests
{
    private const long GiB = 1L << 30;
    private const long TiB = 1L << 40;
    private const int Blocks = 200;

    /// <summary>The tree of 64 TiB is two levels higher than that of 64 GiB, and where each block lies alone every level
    /// costs a node for each.</summary>
    private const double MostForHeight = 3;

    [Fact]
    public async Task A_disk_of_64_TiB_costs_what_the_same_data_cost_on_64_GiB()
    {
        // What is loaded and compiled at first use is not to be counted to either.
        await LiveAsync(GiB);
        var small = await LiveAsync(64 * GiB);
        var large = await LiveAsync(64 * TiB);
        Assert.Equal(small.Keys, large.Keys);
        foreach (var (step, cost) in large)
        {
            var text = $"{step}: {cost} on 64 TiB, {small[step]} on 64 GiB";
            TestContext.Current.TestOutputHelper?.WriteLine(text);
            Assert.True(cost.Bytes <= (MostForHeight * small[step].Bytes) + 4096, text);
            Assert.True(cost.Allocated <= (MostForHeight * small[step].Allocated) + (4 << 20), text);
        }
    }

    [Fact]
    public async Task A_copy_of_nothing_on_a_sparse_tebibyte_with_60_points_takes_at_most_64_KiB()
    {
        using var site = new SyntheticSite(TiB, keep: 60);
        Fill(site, 1);
        await site.CreateAsync();
        for (var point = 0; point < 60; point++)
        {
            site.Disk[point * 1000] = point + 1;
            await site.BackUpAsync();
            await site.CopyAsync();
        }

        var backup = await site.BackUpAsync();
        var outcome = await site.CopyAsync();
        Assert.Equal(BaselineFoundBy.Lineage, outcome.BaselineFoundBy);
        Assert.Equal(0, outcome.Counts.BlocksChanged);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{backup.Counts.BytesWritten} written, {site.Far.Sent} sent, {site.Far.Received} received"
        );
        Assert.InRange(backup.Counts.BytesWritten + site.Far.Total, 1, 64 << 10);
    }

    [Fact]
    public async Task A_disk_that_grows_to_64_TiB_is_not_walked_through()
    {
        using var site = new SyntheticSite(63 * TiB);
        Fill(site, 1);
        await site.CreateAsync();
        await site.BackUpAsync();
        await site.CopyAsync();
        site.Disk.Size = 64 * TiB;
        var asked = site.Disk.Asked;
        await site.BackUpAsync();
        Assert.InRange(site.Disk.Asked - asked, 1, 4 * Blocks);
        var reads = site.Calls.Calls(StoreCall.Read);
        Assert.InRange(reads, 1, 12 * Blocks);

        await site.CopyAsync();
        Assert.Empty((await site.VerifyCopyAsync()).Damaged);
    }

    private static void Fill(SyntheticSite site, int seed)
    {
        var chance = new Random(seed);
        for (var block = 0; block < Blocks; block++)
        {
            site.Disk[chance.NextInt64(site.Disk.BlockCount)] = block + 1;
        }
    }

    /// <summary>Backs up, copies and verifies, with a change and without.</summary>
    private static async Task<Dictionary<string, Cost>> LiveAsync(long size)
    {
        using var site = new SyntheticSite(size);
        var costs = new Dictionary<string, Cost>();
        Fill(site, 1);
        await site.CreateAsync();
        await MeasureAsync("first backup", () => site.BackUpAsync(), () => site.Near.Total);
        await MeasureAsync("first copy", site.CopyAsync, () => site.Far.Total);
        site.Disk[3] = 1_000_001;
        site.Disk[site.Disk.BlockCount - 1] = 1_000_002;
        await MeasureAsync("second backup", () => site.BackUpAsync(), () => site.Near.Total);
        await MeasureAsync("second copy", site.CopyAsync, () => site.Far.Total);
        await MeasureAsync("backup of nothing", () => site.BackUpAsync(), () => site.Near.Total);
        await MeasureAsync("copy of nothing", site.CopyAsync, () => site.Far.Total);
        await MeasureAsync(
            "verification",
            async () =>
            {
                var report = await site.VerifyCopyAsync();
                Assert.Empty(report.Damaged);
                Assert.Equal(3, report.PointsChecked);
            },
            () => 0
        );
        var backup = await site.OpenAsync();
        var points = backup.Folder.State.Machines[site.Machine.Id].Points;
        var first = await SyntheticSite.ReadAsync(backup, points[0].Id);
        var last = await SyntheticSite.ReadAsync(backup, points[^1].Id);
        Assert.Equal(1_000_001, last[3]);
        Assert.Equal(1_000_002, last[site.Disk.BlockCount - 1]);
        Assert.All(first.Where(block => block.Key != 3), block => Assert.InRange(block.Value, 1, Blocks));
        return costs;

        async Task MeasureAsync(string step, Func<Task> run, Func<long> bytes)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await run();
            costs[step] = new Cost(bytes(), GC.GetTotalAllocatedBytes(precise: true) - before);
        }
    }

    private readonly record struct Cost(long Bytes, long Allocated);
}
