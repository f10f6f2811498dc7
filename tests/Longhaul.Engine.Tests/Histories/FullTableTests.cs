using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Copying;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.State;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>However many points were made and merged, none is read through more than 30 tables and a complete one.</summary>
public sealed class FullTableTests(ITestOutputHelper output)
{
    private const int Block = 256 << 10;
    private const int Runs = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BackupMethod.ForeverForward)]
    [InlineData(BackupMethod.Forward)]
    [InlineData(BackupMethod.Reverse)]
    public async Task No_point_is_more_than_30_tables_from_a_complete_one(BackupMethod method)
    {
        using var estate = new Estate();
        var chance = new Random(3);
        var machine = estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(70, seed: 1)));
        estate.Disks[(machine.Id, "disk0")].AsSpan(64 * Block).Clear();
        var job = estate.BackupJob(method, keep: 7);
        var copyJob = estate.CopyJob(keep: 7);
        var here = await estate.CreateAsync(job);
        var offSite = await estate.CreateAsync(copyJob);
        var counts = (here: new List<int>(), offSite: new List<int>());
        for (var run = 0; run < Runs; run++)
        {
            Scribble(estate.Disks[(machine.Id, "disk0")], chance);
            await estate.BackUpAsync(here, job, machine);
            await estate.CopyAsync(here, offSite, copyJob, machine.Id);
            if (chance.Next(10) == 0 && here.Folder.State.Points.Count() > 3)
            {
                await Janitor.RemoveAsync(here, here.Folder.State.Points.ElementAt(1));
                await Janitor.RemoveAsync(offSite, offSite.Folder.State.Points.ElementAt(1));
            }

            Check(here, machine.Id, counts.here);
            Check(offSite, machine.Id, counts.offSite);
            if (run % 40 == 33)
            {
                var content = estate.Disks[(machine.Id, "disk0")];
                foreach (var backup in new[] { here, offSite })
                {
                    await Janitor.ReclaimAsync(estate, backup);
                    var newest = backup.Folder.State.Points.Last();
                    Assert.Equal(content, await Estate.ReadAsync(backup, newest.Id, "disk0"));
                    await Reachability.CheckAsync(backup);
                }
            }
        }

        foreach (var backup in new[] { here, offSite })
        {
            var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, Token);
            Assert.Empty(report.Damaged);
            Assert.Empty(ChainRules.Check(backup.Folder.State.Machines[machine.Id].Points));
        }

        output.WriteLine($"{method}: complete tables written for it at runs {string.Join(", ", counts.offSite)}");
        foreach (var at in new[] { counts.here, counts.offSite })
        {
            Assert.NotEmpty(at);
            Assert.All(at, first => Assert.InRange(at.Count(run => run >= first && run < first + 60), 1, 3));
        }
    }

    [Fact]
    public async Task A_complete_table_that_is_due_is_announced_and_makes_no_full()
    {
        using var estate = new Estate();
        var machine = estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(8, seed: 1)));
        var (job, copyJob) = (estate.BackupJob(keep: 100), estate.CopyJob(keep: 100));
        var here = await estate.CreateAsync(job);
        var offSite = await estate.CreateAsync(copyJob);
        for (var run = 0; run < 31; run++)
        {
            estate.Disks[(machine.Id, "disk0")][run] ^= 1;
            await estate.BackUpAsync(here, job, machine);
            Assert.Equal(0, (await EstimateAsync()).FullTableBytes);
            await estate.CopyAsync(here, offSite, copyJob, machine.Id);
        }

        await estate.BackUpAsync(here, job, machine);
        Assert.InRange((await EstimateAsync()).FullTableBytes, 9 * 32, 9 * 128);
        await Janitor.RemoveAsync(here, here.Folder.State.Points.Last());
        estate.Disks[(machine.Id, "disk0")].AsSpan(2 * Block, Block).Clear();
        await estate.BackUpAsync(here, job, machine);
        Assert.InRange((await EstimateAsync()).FullTableBytes, 9 * 32, 9 * 128);
        await estate.CopyAsync(here, offSite, copyJob, machine.Id);
        foreach (var backup in new[] { here, offSite })
        {
            var chain = backup.Folder.State.Machines[machine.Id];
            Assert.Equal((true, 1L), (chain.Tables[^1].Complete, chain.Tables[^1].FullSequence));
            Assert.Equal(PointKind.Increment, chain.Newest!.Kind);
            var since = (int)chain.NextSequence - 2;
            Assert.Equal(new PointsSinceFull(since, since), BackupRun.CountSinceFull(job, chain));
            Assert.Equal(estate.Disks[(machine.Id, "disk0")], await Estate.ReadAsync(backup, chain.Newest.Id, "disk0"));
            await Reachability.CheckAsync(backup);
        }

        async Task<CopyEstimate> EstimateAsync() =>
            await new CopyEstimator(offSite, Block).EstimateAsync(
                new CopyMachine(
                    "srv-db",
                    machine.Id,
                    here,
                    here.Folder.State.Machines[machine.Id].Newest!,
                    FullDecision.None
                ),
                Token
            );
    }

    private static void Scribble(byte[] disk, Random chance)
    {
        for (var i = 0; i < 3; i++)
        {
            var block = chance.Next(70);
            chance.NextBytes(disk.AsSpan(block * Block, 4096));
        }

        disk.AsSpan(chance.Next(70) * Block, Block).Clear();
    }

    /// <summary>Counts the tables every point is read through, notes complete ones, and that no more are kept than are read.</summary>
    private static void Check(OpenBackup backup, MachineId machine, List<int> complete)
    {
        var chain = backup.Folder.State.Machines[machine];
        foreach (var point in chain.Points)
        {
            var through = Through(chain, point).Count();
            Assert.InRange(through, 0, 30);
        }

        Assert.InRange(chain.Tables.Length, 1, 62 + chain.Points.Length);
        if (chain.Tables[^1] is { FullSequence: > 0, Sequence: var sequence })
        {
            complete.Add((int)sequence);
        }
    }

    private static IEnumerable<TableState> Through(MachineState chain, RestorePoint point) =>
        chain.Tables.Reverse().Where(table => table.Sequence <= point.Sequence).TakeWhile(table => !table.Complete);
}
