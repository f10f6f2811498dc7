using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Crashes;

/// <summary>Power loss at every call of a run that changes the store: nothing earlier suffers, and the next run succeeds.</summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int BlockSize = 256 << 10;
    private const int Seeds = 4;
    private const string Disk = "disk0";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task First_backup_run_is_cut_at_every_call(bool isEncrypted)
    {
        using var estate = new Estate { Password = isEncrypted ? new EstatePassword() : null };
        var (job, machine) = Prepare(estate, blocks: 6);
        var store = new PowerLossStore { BestSegmentSize = 3 * BlockSize };
        await estate.BackUpAsync(await estate.CreateAsync(job, store), job, machine, checkpointEvery: BlockSize);
        var content = Content(estate, machine);
        var resumed = 0L;
        await CutEverywhereAsync(
            estate,
            store,
            async left =>
            {
                // What was cut may not even be a backup yet.
                var target = await estate.TryOpenAsync(left, job) ?? await estate.CreateAsync(job, left);
                await CheckAsync(target, [], content);
                var made = await estate.BackUpAsync(target, job, machine, checkpointEvery: BlockSize);
                resumed += made.Counts.BlocksResumed;
                await CheckNewestAsync(estate, target, machine);
                await CheckNothingIsLeftAsync(estate, target);
            }
        );
        Assert.True(resumed > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Later_backup_run_with_retention_is_cut_at_every_call(bool isEncrypted)
    {
        using var estate = new Estate { Password = isEncrypted ? new EstatePassword() : null };
        var (job, machine) = Prepare(estate, blocks: 6);
        var before = new MemoryObjectStore { BestSegmentSize = 3 * BlockSize };
        var first = await estate.CreateAsync(job, before);
        var known = new Dictionary<PointId, byte[]>();
        for (var i = 0; i < 2; i++)
        {
            known[(await estate.BackUpAsync(first, job, machine)).Point!.Id] = Content(estate, machine);
            Scribble(estate, machine, i, blocks: 3);
        }

        var store = new PowerLossStore(before.Snapshot()) { BestSegmentSize = 3 * BlockSize };
        var target = await estate.OpenAsync(store, job.Repository);
        await estate.BackUpAsync(target, job, machine, checkpointEvery: 1);
        var content = Content(estate, machine);
        var resumed = 0L;
        await CutEverywhereAsync(
            estate,
            store,
            async left =>
            {
                var next = await estate.OpenAsync(left, job.Repository);
                await CheckAsync(next, known, content);
                resumed += (await estate.BackUpAsync(next, job, machine, checkpointEvery: 1)).Counts.BlocksResumed;
                await CheckNewestAsync(estate, next, machine);
                await CheckAsync(next, known, content);
                await Reachability.CheckAsync(next);
                await CheckNothingIsLeftAsync(estate, next);
                await CheckAsync(next, known, content);
            }
        );
        Assert.True(resumed > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_run_is_cut_at_every_call(bool isEncrypted)
    {
        using var estate = new Estate { Password = isEncrypted ? new EstatePassword() : null };
        var (job, machine) = Prepare(estate, blocks: 6);
        var copyJob = estate.CopyJob(keep: 2);
        var here = await estate.CreateAsync(job);
        var before = new MemoryObjectStore { BestSegmentSize = 3 * BlockSize };
        var offSite = await estate.CreateAsync(copyJob, before);
        var known = new Dictionary<PointId, byte[]>();
        for (var i = 0; i < 2; i++)
        {
            await estate.BackUpAsync(here, job, machine);
            known[(await estate.CopyAsync(here, offSite, copyJob, machine.Id)).Point!.Id] = Content(estate, machine);
            Scribble(estate, machine, i, blocks: 3);
        }

        await estate.BackUpAsync(here, job, machine);
        var store = new PowerLossStore(before.Snapshot()) { BestSegmentSize = 3 * BlockSize };
        var target = await estate.OpenAsync(store, copyJob.Repository);
        await estate.CopyAsync(here, target, copyJob, machine.Id, checkpointEvery: 1);
        var content = Content(estate, machine);
        var resumed = 0L;
        await CutEverywhereAsync(
            estate,
            store,
            async left =>
            {
                var next = await estate.OpenAsync(left, copyJob.Repository);
                await CheckAsync(next, known, content);
                var made = await estate.CopyAsync(here, next, copyJob, machine.Id, checkpointEvery: 1);
                resumed += made.Counts.BlocksResumed;
                await CheckNewestAsync(estate, next, machine);
                await CheckAsync(next, known, content);
                await Reachability.CheckAsync(next);
                await CheckNothingIsLeftAsync(estate, next);
                await CheckAsync(next, known, content);
            }
        );
        Assert.True(resumed > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reclaim_with_compaction_is_cut_at_every_call(bool isEncrypted)
    {
        using var estate = new Estate { Password = isEncrypted ? new EstatePassword() : null };
        var (job, machine) = Prepare(estate, blocks: 6);
        var before = new MemoryObjectStore { BestSegmentSize = 3 * BlockSize };
        var first = await estate.CreateAsync(job, before);
        var known = new Dictionary<PointId, byte[]>();
        for (var i = 0; i < 4; i++)
        {
            known[(await estate.BackUpAsync(first, job, machine)).Point!.Id] = Content(estate, machine);
            Scribble(estate, machine, i, blocks: 3);
        }

        known = known.Where(point => first.Folder.State.FindPoint(point.Key) is not null).ToDictionary();
        var store = new PowerLossStore(before.Snapshot()) { BestSegmentSize = 3 * BlockSize };
        var target = await estate.OpenAsync(store, job.Repository);
        var report = await Janitor.ReclaimAsync(estate, target);
        Assert.True(report.Compaction.Segments > 0);
        await CutEverywhereAsync(
            estate,
            store,
            async left =>
            {
                var next = await estate.OpenAsync(left, job.Repository);
                await CheckAsync(next, known, []);
                Assert.Equal(known.Count, next.Folder.State.Points.Count());
                await Reachability.CheckAsync(next);
                await CheckNothingIsLeftAsync(estate, next);
                Assert.Contains(next.Folder.State.Segments.Values, segment => segment.Generation > 1);
                await CheckAsync(next, known, []);
                await Reachability.CheckAsync(next);
            }
        );
    }

    private async Task CutEverywhereAsync(Estate estate, PowerLossStore store, Func<MemoryObjectStore, Task> goOn)
    {
        for (var call = 1; call <= store.Steps.Count + 1; call++)
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var left = new MemoryObjectStore(store.AfterPowerLoss(call, seed))
                {
                    BestSegmentSize = store.BestSegmentSize,
                };

                // Half of the time power went between a checkpoint and its entry in the journal.
                estate.Journal.IsLost = seed % 2 == 1;
                try
                {
                    await goOn(left);
                }
                catch (Exception error)
                {
                    throw new InvalidOperationException($"Cut at call {call}, seed {seed}: {error.Message}", error);
                }
            }
        }

        output.WriteLine($"cut at {store.Steps.Count + 1} calls, {Seeds} ways each");
    }

    private static (Core.Jobs.JobDefinition Job, Machine Machine) Prepare(Estate estate, int blocks)
    {
        var content = new byte[(blocks * BlockSize) + 5000];
        new Random(7).NextBytes(content);
        content.AsSpan(BlockSize, BlockSize).Clear();
        var machine = estate.AddMachine("srv-db", (Disk, content));
        estate.Journal.KeepsEnded = true;
        return (estate.BackupJob(keep: 2), machine);
    }

    private static void Scribble(Estate estate, Machine machine, int seed, int blocks)
    {
        var chance = new Random(seed);
        var disk = estate.Disks[(machine.Id, Disk)];
        for (var i = 0; i < blocks; i++)
        {
            var length = i == 0 ? BlockSize : 4096;
            chance.NextBytes(disk.AsSpan(((2 * i) + seed) % 6 * BlockSize, length));
        }
    }

    private static byte[] Content(Estate estate, Machine machine) => (byte[])estate.Disks[(machine.Id, Disk)].Clone();

    /// <summary>Every visible point is one that is known, or a new one, whole; none is gone but after a new one came.</summary>
    private static async Task CheckAsync(OpenBackup backup, Dictionary<PointId, byte[]> known, byte[] added)
    {
        var visible = backup.Folder.State.Points.Select(point => point.Id).ToHashSet();
        Assert.True(known.Keys.All(visible.Contains) || !visible.IsSubsetOf(known.Keys));
        foreach (var chain in backup.Folder.State.Machines.Values)
        {
            Assert.Empty(ChainRules.Check(chain.Points));
        }

        foreach (var point in backup.Folder.State.Points)
        {
            var read = await Estate.ReadAsync(backup, point.Id, Disk);
            Assert.True(read.AsSpan().SequenceEqual(known.GetValueOrDefault(point.Id) ?? added));
        }
    }

    private static async Task CheckNewestAsync(Estate estate, OpenBackup backup, Machine machine)
    {
        var newest = backup.Folder.State.Machines[machine.Id].Newest!;
        var read = await Estate.ReadAsync(backup, newest.Id, Disk);
        Assert.True(read.AsSpan().SequenceEqual(estate.Disks[(machine.Id, Disk)]));
    }

    /// <summary>Reclaims twice (condemned by the first, deleted by the second where it was not yet) and compares the files with
    /// those the log lists.</summary>
    private static async Task CheckNothingIsLeftAsync(Estate estate, OpenBackup backup)
    {
        for (var i = 0; i < 2; i++)
        {
            estate.Clock.Advance(TimeSpan.FromMinutes(1));
            await Janitor.ReclaimAsync(estate, backup, Janitor.s_now with { CheckpointTerm = TimeSpan.Zero });
        }

        var state = backup.Folder.State;
        var tables = state.Machines.Values.SelectMany(machine => machine.Tables).Select(table => table.File);
        var segments = state.Segments.Values.Select(one => BackupNames.SegmentFile(one.Id, one.Generation));
        var store = backup.Folder.Store;
        Assert.Equal(tables.Order(StringComparer.Ordinal), await Janitor.NamesAsync(store, BackupNames.PointsFolder));
        Assert.Equal(
            segments.Order(StringComparer.Ordinal),
            await Janitor.NamesAsync(store, BackupNames.SegmentsFolder)
        );
        Assert.Empty(await Janitor.NamesAsync(store, BackupNames.SessionsFolder));
        Assert.Empty(state.CondemnedFiles);
        Assert.DoesNotContain(state.Segments.Values, segment => segment.IsDead);
    }
}
