using CsCheck;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>Random lives of a backup with reclaim in between, against the plain truth of what its points reach.</summary>
public sealed class RandomReclaimTests
{
    [Fact]
    public async Task After_a_full_sweep_the_store_holds_what_is_reached_and_nothing_else() =>
        await Gen.Int[0, int.MaxValue].SampleAsync(async seed => await LiveAsync(seed), iter: 25, threads: 2);

    private static async Task LiveAsync(int seed)
    {
        var chance = new Random(seed);
        using var estate = new Estate();
        var store = new MemoryObjectStore { BestSegmentSize = chance.Next(2) == 0 ? 64 << 20 : 600_000 };
        var content = Janitor.RandomDisk(8, seed);
        Machine[] machines =
        [
            estate.AddMachine("srv-db", ("disk0", content)),
            estate.AddMachine("srv-web", ("disk0", (byte[])content.Clone())),
        ];
        var job = estate.BackupJob((BackupMethod)chance.Next(1, 4), keep: chance.Next(2, 6));
        var backup = await estate.CreateAsync(job, store);
        var model = new Dictionary<PointId, byte[]>();
        for (var step = 0; step < 16; step++)
        {
            var machine = machines[chance.Next(2)];
            DiskMutation.Apply(estate, machine, chance);
            if (chance.Next(10) < 7)
            {
                var asked = new FullRequest(chance.Next(6) == 0, chance.Next(6) == 0, chance.Next(2) == 0);
                var made = await estate.BackUpAsync(backup, job, machine, asked);
                model[made.Point!.Id] = (byte[])estate.Disks[(machine.Id, "disk0")].Clone();
            }
            else if (backup.Folder.State.Points.Count() > 1)
            {
                var points = backup.Folder.State.Points.ToArray();
                await Janitor.RemoveAsync(backup, points[chance.Next(points.Length)]);
            }

            if (chance.Next(3) == 0)
            {
                await Janitor.ReclaimAsync(estate, backup, Janitor.s_now with { Full = chance.Next(2) == 0 });
                await CheckContentAsync(backup, model);
            }
        }

        await Janitor.ReclaimAsync(estate, backup, Janitor.s_now with { Full = true });
        await CheckAsync(await estate.OpenAsync(store, estate.Here), store, model);
    }

    private static async Task CheckAsync(OpenBackup backup, MemoryObjectStore store, Dictionary<PointId, byte[]> model)
    {
        await CheckContentAsync(backup, model);
        var state = backup.Folder.State;
        var reached = (await Reachability.ReachedAsync(backup)).Keys.ToHashSet();
        var alive = Reachability.AliveOf(state);
        Assert.True(reached.SetEquals(alive), "alive is not what is reached");
        Assert.Equal(
            reached
                .Select(frame => frame.Segment)
                .Distinct()
                .Select(id => BackupNames.SegmentFile(id, state.Segments[id].Generation))
                .Order(),
            (await Janitor.NamesAsync(store, "segments/")).Order()
        );
        Assert.Equal(
            state.Machines.Values.SelectMany(machine => machine.Tables).Select(table => table.File).Order(),
            (await Janitor.NamesAsync(store, "points/")).Order()
        );
        Assert.Empty(state.CondemnedFiles);
        var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, CancellationToken.None);
        Assert.Empty(report.Damaged);
    }

    private static async Task CheckContentAsync(OpenBackup backup, Dictionary<PointId, byte[]> model)
    {
        foreach (var point in backup.Folder.State.Points)
        {
            Assert.True((await Estate.ReadAsync(backup, point.Id, "disk0")).AsSpan().SequenceEqual(model[point.Id]));
        }
    }
}
