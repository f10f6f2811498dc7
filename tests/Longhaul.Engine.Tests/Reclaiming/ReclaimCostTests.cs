using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>Removing and reclaiming read in proportion to what goes, not to what is there.</summary>
public sealed class ReclaimCostTests(ITestOutputHelper output)
{
    private const int Points = 40;

    [Fact]
    public async Task A_removal_reads_dead_lists_and_frame_tables_of_what_goes_and_a_reclaim_reads_neither()
    {
        using var estate = new Estate();
        var store = new MemoryObjectStore();
        var job = estate.BackupJob(keep: 1000);
        var backup = await estate.CreateAsync(job, store);
        var machines = Enumerable
            .Range(1, 2)
            .Select(seed => estate.AddMachine($"srv-{seed}", ("disk0", Janitor.RandomDisk(20, seed))))
            .ToArray();
        var chance = new Random(4);
        for (var run = 0; run < Points; run++)
        {
            foreach (var machine in machines)
            {
                var disk = estate.Disks[(machine.Id, "disk0")];
                chance.NextBytes(disk.AsSpan(run % 10 * (256 << 10), 4096));
                await estate.BackUpAsync(backup, job, machine);
            }
        }

        // Both machines get frames that are held for the sake of deltas.
        foreach (var machine in machines)
        {
            await Janitor.RemoveAsync(backup, backup.Folder.State.Machines[machine.Id].Points.Take(15));
        }

        var state = backup.Folder.State;
        Assert.All(
            machines,
            machine =>
                Assert.True(
                    state.Segments.Values.Count(known => known.Machine == machine.Id && known.Held.Count > 0) > 3
                )
        );

        var watched = new WatchedStore(store);
        var fresh = await estate.OpenAsync(watched, estate.Here);
        watched.BytesRead.Clear();
        var chain = state.Machines[machines[0].Id];
        await Janitor.RemoveAsync(fresh, chain.Points[0]);
        var segments = watched
            .BytesRead.Keys.Where(name => BackupNames.TryParseSegmentFile(name, out _, out _))
            .ToArray();
        var tables = watched
            .BytesRead.Keys.Where(name => name.StartsWith("points/", StringComparison.Ordinal))
            .ToArray();
        var bytes = watched.BytesRead.Values.Sum();
        output.WriteLine(
            $"{segments.Length} of {state.Segments.Count} segments, {tables.Length} of {2 * Points} tables, {bytes} bytes"
        );
        Assert.Equal([chain.Tables.Single(table => table.Point == chain.Points[1].Id).File], tables);
        Assert.All(
            segments,
            name =>
            {
                Assert.True(BackupNames.TryParseSegmentFile(name, out var id, out _));
                Assert.Equal(machines[0].Id, state.Segments[id].Machine);
            }
        );
        Assert.InRange(segments.Length, 1, Points / 3);
        Assert.InRange(bytes, 1, 16 << 10);

        watched.BytesRead.Clear();
        var reclaimed = await Janitor.ReclaimAsync(estate, fresh, new ReclaimOptions());
        Assert.Equal(0, reclaimed.Compaction.Segments);
        Assert.DoesNotContain(watched.BytesRead.Keys, BackupNames.IsData);
        await Reachability.CheckAsync(fresh);
    }
}
