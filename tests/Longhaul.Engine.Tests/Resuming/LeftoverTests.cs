using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Descriptors;
using Longhaul.Sources;
using Longhaul.Storage.Logs;
using Xunit;

namespace Longhaul.Engine.Tests.Resuming;

/// <summary>What an interrupted run left is used where it is known to be good, and nowhere else.</summary>
public sealed class LeftoverTests
{
    private const int BlockSize = Interrupted.BlockSize;

    [Fact]
    public async Task Frames_of_a_leftover_segment_that_nothing_names_are_condemned_in_the_record_that_lists_it()
    {
        using var estate = new Interrupted(6);
        var target = await estate.CreateAsync();
        await estate.StopAfterAsync(3);
        var left = await estate.CheckpointedAsync(target);
        Assert.Equal(3, left);
        estate.Content.AsSpan(0, 64).Clear();

        var made = await estate.BackUpAsync(target);
        Assert.Equal(left - 1, made.Counts.BlocksResumed);
        var record = await new BackupLog(estate.Store).ReadAsync(target.Folder.State.Number, CancellationToken.None);
        var listed = record!.Open.Segments.Select(segment => segment.Id).ToHashSet();
        Assert.Equal("commit", record.Open.Step);
        Assert.All(record.Open.Condemned, frames => Assert.Contains(frames.Segment, listed));
        Assert.Equal(1, target.Folder.State.Segments.Values.Sum(segment => segment.Condemned.Count));
        Assert.InRange(target.Folder.State.Segments.Values.Sum(segment => segment.DeadBytes), 1, BlockSize + 64);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Unsealed_segment_is_closed_and_never_appended_to()
    {
        using var estate = new Interrupted(6);
        var target = await estate.CreateAsync();
        await estate.StopAfterAsync(3);
        var unfinished = await Janitor.NamesAsync(estate.Store, BackupNames.SegmentsFolder);
        var left = await estate.CheckpointedAsync(target);
        await estate.BackUpAsync(target);

        Assert.True(BackupNames.TryParseSegmentFile(Assert.Single(unfinished), out var segment, out _));
        Assert.Equal(left, target.Folder.State.Segments[segment].Frames);
        Assert.True(target.Folder.State.Segments.Count > 1);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Checkpoint_that_the_journal_does_not_know_is_not_believed()
    {
        using var estate = new Interrupted(6);
        var target = await estate.CreateAsync();
        await estate.StopAfterAsync(4);
        foreach (var session in await FoldersAsync(estate))
        {
            Assert.True(SessionId.TryParse(session, out var id));
            estate.Estate.Journal.Forget(id);
        }

        var made = await estate.BackUpAsync(target);
        Assert.Equal(0, made.Counts.BlocksResumed);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Checkpoint_that_is_too_large_to_be_one_stops_nothing()
    {
        using var estate = new Interrupted(6);
        var target = await estate.CreateAsync();
        await estate.Store.PutIfAbsentAsync(
            BackupNames.Checkpoint(SessionId.New(), 1),
            new byte[CheckpointCodec.MaxSize + 1],
            CancellationToken.None
        );

        await estate.BackUpAsync(target);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Checkpoint_that_was_changed_at_the_far_side_is_not_believed()
    {
        using var estate = new Interrupted(6);
        var target = await estate.CreateAsync();
        await estate.StopAfterAsync(4);
        foreach (var name in await Janitor.NamesAsync(estate.Store, BackupNames.SessionsFolder))
        {
            await estate.Store.DeleteAsync(name, CancellationToken.None);
            await estate.Store.PutIfAbsentAsync(name, new byte[100], CancellationToken.None);
        }

        var made = await estate.BackUpAsync(target);
        Assert.Equal(0, made.Counts.BlocksResumed);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Leftover_segment_that_is_damaged_is_left_alone()
    {
        using var estate = new Interrupted(10);
        var target = await estate.CreateAsync();
        await estate.StopAfterAsync(8);
        var unfinished = await Janitor.NamesAsync(estate.Store, BackupNames.SegmentsFolder);
        var name = unfinished.First(estate.Store.Snapshot().Objects.ContainsKey);
        await estate.Store.DeleteAsync(name, CancellationToken.None);
        await estate.Store.PutIfAbsentAsync(name, new byte[2000], CancellationToken.None);

        await estate.BackUpAsync(target);
        Assert.True(BackupNames.TryParseSegmentFile(name, out var segment, out _));
        Assert.DoesNotContain(segment, target.Folder.State.Segments.Keys);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Resumed_delta_whose_base_was_removed_meanwhile_is_not_used()
    {
        using var estate = new Interrupted(4);
        var target = await estate.CreateAsync();
        await estate.BackUpAsync(target);
        Scribble(estate, seed: 1, length: BlockSize);
        var second = await estate.BackUpAsync(target);
        Scribble(estate, seed: 2, length: 4096);
        await estate.StopAfterAsync(3);
        Assert.Equal(3, await estate.CheckpointedAsync(target));

        await Janitor.RemoveAsync(target, second.Point!);
        var made = await estate.BackUpAsync(target);
        Assert.Equal(0, made.Counts.BlocksResumed);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Resumed_delta_whose_base_is_still_there_is_used()
    {
        using var estate = new Interrupted(4);
        var target = await estate.CreateAsync();
        await estate.BackUpAsync(target);
        Scribble(estate, seed: 2, length: 4096);
        await estate.StopAfterAsync(3);
        var left = await estate.CheckpointedAsync(target);

        var made = await estate.BackUpAsync(target);
        Assert.Equal(3, left);
        Assert.Equal(left, made.Counts.BlocksResumed);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Run_whose_newest_point_is_removed_while_it_works_is_refused_and_the_next_succeeds()
    {
        using var estate = new Interrupted(4);
        var target = await estate.CreateAsync();
        await estate.BackUpAsync(target);
        Scribble(estate, seed: 1, length: BlockSize);
        var second = await estate.BackUpAsync(target);
        var run = await BackupRun.BeginAsync(
            target,
            estate.Estate.Context(estate.Job, estate.Machine),
            CancellationToken.None
        );
        await Janitor.RemoveAsync(await estate.OpenAsync(), second.Point!);

        // Nothing changed since the second point: its table would be empty, and stand upon the first.
        var error = await Assert.ThrowsAsync<LonghaulException>(() =>
            run.RunMachineAsync(estate.Machine, new FullRequest(), CancellationToken.None)
        );
        Assert.Equal("backup.changed", error.Code);
        await estate.BackUpAsync(target);
        await estate.CheckAsync(target);
    }

    [Fact]
    public async Task Leavings_that_are_reclaimed_while_the_run_works_are_not_listed()
    {
        using var estate = new Interrupted(6);
        var target = await estate.CreateAsync();
        await estate.StopAfterAsync(4);
        var run = await BackupRun.BeginAsync(
            target,
            estate.Estate.Context(estate.Job, estate.Machine),
            CancellationToken.None
        );

        // Another client, who does not know the run: condemned, deleted and purged before this one looks again.
        var other = await estate.OpenAsync();
        estate.Estate.Clock.Advance(TimeSpan.FromHours(1));
        var report = await new Reclaimer(
            other,
            Janitor.Observer(other),
            new RecordAges(estate.Estate.Clock),
            new MemoryJournal(),
            estate.Estate.Clock
        ).RunAsync(Janitor.s_now with { CheckpointTerm = TimeSpan.Zero }, CancellationToken.None);
        Assert.True(report.LeftoversCondemned > 0);
        await target.Folder.RefreshAsync(CancellationToken.None);
        Assert.Empty(target.Folder.State.CondemnedFiles);

        var error = await Assert.ThrowsAsync<LonghaulException>(() =>
            run.RunMachineAsync(estate.Machine, new FullRequest(), CancellationToken.None)
        );
        Assert.Equal("backup.changed", error.Code);
        await estate.BackUpAsync(target);
        await estate.CheckAsync(target);
    }

    /// <summary>A short last block has the digest of a whole one that ends in zeros, but not its length.</summary>
    [Fact]
    public async Task Resumed_short_last_block_is_not_taken_for_a_whole_one()
    {
        using var estate = new Interrupted(1, tail: 5000);
        var whole = new byte[BlockSize];
        estate.Content.AsSpan(BlockSize).CopyTo(whole);
        estate.AddDisk("disk1", whole);
        var target = await estate.CreateAsync();
        var stopping = estate.ContextThatStopsAt("srv-db", "disk1");
        var run = await BackupRun.BeginAsync(target, stopping, CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() =>
            run.RunMachineAsync(estate.Machine, new FullRequest(), CancellationToken.None)
        );
        Assert.Equal(2, await estate.CheckpointedAsync(target));

        var made = await estate.BackUpAsync(target);
        Assert.Equal(2, made.Counts.BlocksResumed);
        Assert.Equal(whole, await Estate.ReadAsync(target, made.Point!.Id, "disk1"));
        Assert.Equal(estate.Content, await Estate.ReadAsync(target, made.Point!.Id, Interrupted.Disk));
    }

    [Fact]
    public async Task Checkpoint_names_no_frames_of_a_machine_that_failed_before()
    {
        using var estate = new Interrupted(2);
        estate.AddDisk(
            "disk1",
            new byte[BlockSize]
                .Select(_ => (byte)1)
                .ToArray()
        );
        var content = new byte[6 * BlockSize];
        new Random(5).NextBytes(content);
        var good = estate.Estate.AddMachine("good", ("disk0", content));
        estate.Others[good.Id] = "good";
        var target = await estate.CreateAsync();
        var context = estate.ContextThatStopsAt("srv-db", "disk1", 3 * BlockSize);
        var run = await BackupRun.BeginAsync(target, context, CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() =>
            run.RunMachineAsync(estate.Machine, new FullRequest(), CancellationToken.None)
        );
        await run.RunMachineAsync(good, new FullRequest(), CancellationToken.None);

        var named = await estate.ProgressAsync(estate.Store);
        Assert.NotEmpty(named);
        Assert.All(named, progress => Assert.Equal(good.Id.ToBytes(), progress.Machine.ToByteArray()));
    }

    [Fact]
    public async Task Second_attempt_in_one_run_lists_only_the_leavings_it_uses_itself()
    {
        using var estate = new Interrupted(4);
        estate.AddDisk(
            "disk1",
            new byte[BlockSize]
                .Select(_ => (byte)1)
                .ToArray()
        );
        var target = await estate.CreateAsync();
        await estate.StopAfterAsync(3);
        var failing = estate.ContextThatStopsAt("srv-db", "disk1");
        var attempts = 0;
        var context = failing with
        {
            OpenDisk = (name, disk, token) =>
                attempts++ < 2
                    ? failing.OpenDisk(name, disk, token)
                    : ValueTask.FromResult<IDiskSource>(
                        new MemoryDisk(estate.Estate.Disks[(estate.Machine.Id, disk.Id)])
                    ),
        };
        var run = await BackupRun.BeginAsync(target, context, CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() =>
            run.RunMachineAsync(estate.Machine, new FullRequest(), CancellationToken.None)
        );
        await run.RunMachineAsync(estate.Machine, new FullRequest(), CancellationToken.None);
        await estate.CheckAsync(target);
    }

    private static async Task<IReadOnlyList<string>> FoldersAsync(Interrupted estate)
    {
        var found = new List<string>();
        await foreach (var name in estate.Store.ListFoldersAsync("sessions/", CancellationToken.None))
        {
            found.Add(name);
        }

        return found;
    }

    private static void Scribble(Interrupted estate, int seed, int length)
    {
        var chance = new Random(seed);
        for (var at = 0; at < estate.Content.Length; at += BlockSize)
        {
            chance.NextBytes(estate.Content.AsSpan(at, length));
        }
    }
}
