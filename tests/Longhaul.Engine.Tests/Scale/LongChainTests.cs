using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Retaining;
using Longhaul.Storage.Liveness;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>A chain of a thousand restore points.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class LongChainTests
{
    private const int Points = 1000;
    private const int Blocks = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_points_are_opened_listed_merged_and_read()
    {
        using var site = new SyntheticSite(1L << 40, keep: 2 * Points);
        await site.CreateAsync();
        await GrowAsync(site);

        // Opening reads the newest whole list and what came after it.
        var backup = await site.OpenAsync();
        var state = backup.Folder.State;
        Assert.Equal(Points, state.Machines[site.Machine.Id].Points.Length);
        Assert.Empty(ChainRules.Check(state.Machines[site.Machine.Id].Points));
        var opened = site.Near.Received;
        Assert.InRange(opened, 1, Points * 1024);

        // Each dead list and each frame table is read once for the sizes of all points: opening a file takes four reads.
        var reads = site.Calls.Calls(StoreCall.Read);
        var machine = state.Machines[site.Machine.Id];
        var sizes = await new PointSizes(backup.Tables, backup.Frames.Tables, state).OfAsync(machine, Token);
        Assert.InRange(site.Calls.Calls(StoreCall.Read) - reads, Points, (4 + 3) * (Points + 100));
        foreach (var at in new[] { 0, 1, Points / 2, Points - 2, Points - 1 })
        {
            var alone = new Condemnation(backup.Tables, backup.Frames.Tables, state);
            var freed = await alone.RemoveAsync([machine.Points[at]], Token);
            Assert.Equal(freed.BytesFreed, sizes[at]);
        }

        await CheckAsync(backup, machine.Points[0], 1);
        await CheckAsync(backup, machine.Points[^1], Points);
        await MergeAsync(site);
    }

    private static async Task GrowAsync(SyntheticSite site)
    {
        var backup = await site.OpenAsync();
        for (var point = 1; point <= Points; point++)
        {
            site.Disk[point % Blocks] = point;
            await site.BackUpAsync(backup);
        }
    }

    /// <summary>A merge of the oldest point reads the next one's dead list, and the frame tables of what that names.</summary>
    private static async Task MergeAsync(SyntheticSite site)
    {
        var backup = await site.OpenAsync();
        var oldest = backup.Folder.State.Machines[site.Machine.Id].Points[0];
        var (sent, received, reads) = (site.Near.Sent, site.Near.Received, site.Calls.Calls(StoreCall.Read));
        await new PointRemover(backup.Folder, backup.Tables, backup.Frames.Tables).RemoveAsync(
            state => [ChainEditor.Remove(state.Machines[site.Machine.Id].Points, oldest.Id)],
            "merge",
            null,
            Token
        );
        Assert.InRange(site.Near.Sent - sent, 1, 4096);
        Assert.InRange(site.Near.Received - received, 1, 16 << 10);
        Assert.InRange(site.Calls.Calls(StoreCall.Read) - reads, 1, 40);
        var left = backup.Folder.State.Machines[site.Machine.Id].Points;
        Assert.Equal((Points - 1, PointKind.Full), (left.Length, left[0].Kind));
        await CheckAsync(backup, left[0], 2);
    }

    /// <summary>The n-th point holds in each place the newest number not above n.</summary>
    private static async Task CheckAsync(OpenBackup backup, RestorePoint point, int newest)
    {
        var expected = Enumerable
            .Range(Math.Max(1, newest - Blocks + 1), Math.Min(newest, Blocks))
            .ToDictionary(number => (long)(number % Blocks), number => (long)number);
        var read = await SyntheticSite.ReadAsync(backup, point.Id);
        Assert.Equal(expected.OrderBy(block => block.Key), read.OrderBy(block => block.Key));
    }
}
