using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Tests.Resuming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>Fulls of jobs whose fulls stand alone share no stored block with another full, and cost what they hold.</summary>
public sealed class StandaloneFullTests
{
    private const int Block = 256 << 10;
    private const int Blocks = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_that_stands_alone_stores_everything_anew_and_whole()
    {
        using var estate = new Estate();
        var (machine, job, here) = await GrowAsync(estate);
        var first = here.Folder.State.Points.First();
        var outcome = await estate.BackUpAsync(here, job, machine, new FullRequest(Full: true));

        Assert.Equal(PointKind.Full, outcome.Point!.Kind);
        Assert.True(outcome.Counts.BytesWritten > Blocks * Block, $"{outcome.Counts.BytesWritten} bytes were written");
        Assert.Equal(0, outcome.Counts.BlocksDelta);
        await CheckAloneAsync(here, outcome.Point, first);
        await CheckReadableAsync(estate, here, machine);
    }

    [Fact]
    public async Task A_copy_sends_everything_again_for_a_full_that_stands_alone()
    {
        using var estate = new Estate();
        var (machine, job, here) = await GrowAsync(estate);
        var copyJob = estate.CopyJob(keep: 100) with { StandaloneFulls = true };
        var offSite = await estate.CreateAsync(copyJob);
        var first = (await estate.CopyAsync(here, offSite, copyJob, machine.Id)).Point!;
        estate.Disks[(machine.Id, "disk0")][0] ^= 1;
        await estate.BackUpAsync(here, job, machine);
        var full = FullPolicy.DecideForCopy(copyJob, chainIsEmpty: false, new FullRequest(), beginsPeriod: true);
        var counter = new TransferCounter();
        var outcome = await estate.CopyAsync(here, offSite, copyJob, machine.Id, counter, full: full);

        Assert.Equal(PointKind.Full, outcome.Point!.Kind);
        Assert.Equal(0, outcome.Counts.BlocksDelta);
        Assert.Equal(0, outcome.Counts.BlocksKnown);
        await CheckAloneAsync(offSite, outcome.Point, first);
        await CheckReadableAsync(estate, offSite, machine);
    }

    [Fact]
    public async Task What_comes_after_it_is_an_increment_upon_it_again()
    {
        using var estate = new Estate();
        var (machine, job, here) = await GrowAsync(estate);
        await estate.BackUpAsync(here, job, machine, new FullRequest(Full: true));
        estate.Disks[(machine.Id, "disk0")][Block] ^= 1;
        var outcome = await estate.BackUpAsync(here, job, machine);

        Assert.Equal(PointKind.Increment, outcome.Point!.Kind);
        Assert.Equal(1, outcome.Counts.BlocksDelta);
        Assert.True(outcome.Counts.BytesWritten < Block / 4, $"{outcome.Counts.BytesWritten} bytes were written");
    }

    [Fact]
    public async Task A_block_that_rots_in_one_full_hurts_no_other()
    {
        using var estate = new Estate();
        var store = new MemoryObjectStore();
        var machine = estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(Blocks, seed: 1)));
        var job = estate.BackupJob(keep: 100) with { StandaloneFulls = true };
        var here = await estate.CreateAsync(job, store);
        var first = (await estate.BackUpAsync(here, job, machine)).Point!;
        var second = (await estate.BackUpAsync(here, job, machine, new FullRequest(Full: true))).Point!;
        var rotten = (await Janitor.NamesAsync(store, "segments/")).First(name =>
            name.Contains(here.Folder.State.Segments.Values.First(segment => segment.Born == 1).Id.ToString())
        );
        var there = store.Snapshot();
        var objects = there.Objects.SetItem(rotten, Flipped(there.Objects[rotten], 1000));
        var damaged = await estate.OpenAsync(new MemoryObjectStore(there with { Objects = objects }), estate.Here);
        var report = await new BackupVerifier(damaged, null).VerifyAsync(data: true, Token);

        Assert.Equal([first.Id], report.Suffering);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Deltas_that_an_interrupted_run_left_are_no_part_of_it()
    {
        using var site = new Interrupted(blocks: Blocks, tail: 1000);
        await site.BackUpAsync(await site.CreateAsync());
        for (var block = 0; block < Blocks; block += 2)
        {
            site.Content[block * Block] ^= 1;
        }

        await site.StopAfterAsync(checkpoints: 3);
        var job = site.Job with { StandaloneFulls = true };
        var here = await site.OpenAsync();
        var first = here.Folder.State.Points.First();
        var outcome = await site.Estate.BackUpAsync(here, job, site.Machine, new FullRequest(Full: true));

        Assert.Equal(0, outcome.Counts.BlocksResumed);
        await CheckAloneAsync(here, outcome.Point!, first);
        Assert.Equal(site.Content, await Estate.ReadAsync(here, outcome.Point!.Id, "disk0"));
    }

    private static async Task<(Machine Machine, JobDefinition Job, OpenBackup Here)> GrowAsync(Estate estate)
    {
        var machine = estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(Blocks, seed: 1)));
        var job = estate.BackupJob(keep: 100) with { StandaloneFulls = true };
        var here = await estate.CreateAsync(job);
        await Janitor.GrowAsync(estate, here, job, machine, points: 4, seed: 2);
        return (machine, job, here);
    }

    /// <summary>Neither full's blocks, nor what those stand upon, is among the other's.</summary>
    private static async Task CheckAloneAsync(OpenBackup backup, RestorePoint full, RestorePoint other)
    {
        var mine = await FramesOfAsync(backup, full);
        var others = await FramesOfAsync(backup, other);
        Assert.Equal(Blocks + 1, mine.Count);
        Assert.Empty(mine.Intersect(others));
    }

    private static async Task<HashSet<FrameAddress>> FramesOfAsync(OpenBackup backup, RestorePoint point)
    {
        var found = new HashSet<FrameAddress>();
        var view = await backup.Tables.ViewAsync(point.Id, Token);
        foreach (var version in await view.Disks[0].ReadPageAsync(0, Token))
        {
            if (version.Address is { } address)
            {
                var chain = await backup.Frames.Tables.ChainAsync(address, Token);
                found.UnionWith(chain.Select(link => link.Address));
            }
        }

        return found;
    }

    /// <summary>The newest point reads as the disk does, also when every other one is gone and its space came back.</summary>
    private static async Task CheckReadableAsync(Estate estate, OpenBackup backup, Machine machine)
    {
        Assert.Empty(ChainRules.Check(backup.Folder.State.Machines[machine.Id].Points));
        await Reachability.CheckAsync(backup);
        await Janitor.RemoveAsync(backup, backup.Folder.State.Points.SkipLast(1));
        await Janitor.ReclaimAsync(estate, backup);
        await Reachability.CheckAsync(backup);
        var newest = backup.Folder.State.Points.Single();
        Assert.Equal(estate.Disks[(machine.Id, "disk0")], await Estate.ReadAsync(backup, newest.Id, "disk0"));
    }

    private static ReadOnlyMemory<byte> Flipped(ReadOnlyMemory<byte> content, int at)
    {
        var bytes = content.ToArray();
        bytes[at] ^= 1;
        return bytes;
    }
}
