using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Leases;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

public sealed class ReclaimTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _store = new();
    private readonly WatchedStore _watched;
    private readonly JobDefinition _job;
    private readonly Machine _machine;

    public ReclaimTests()
    {
        _watched = new WatchedStore(_store);
        _job = _estate.BackupJob(keep: 100);
        _machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1)));
    }

    private async Task<(OpenBackup Backup, Dictionary<PointId, byte[]> Contents)> BackUpAsync(
        int points,
        IObjectStore? store = null
    )
    {
        var backup = await _estate.CreateAsync(_job, store ?? _watched);
        return (backup, await Janitor.GrowAsync(_estate, backup, _job, _machine, points, seed: 7));
    }

    /// <summary>Removes the newest point, which always leaves a dead segment and a dropped table.</summary>
    private static Task RemoveNewestAsync(OpenBackup backup) =>
        Janitor.RemoveAsync(backup, backup.Folder.State.Points.Last());

    [Fact]
    public async Task Bytes_wait_for_the_delay_from_when_this_client_first_saw_the_record()
    {
        var (backup, _) = await BackUpAsync(3);
        await RemoveNewestAsync(backup);
        var dead = backup.Folder.State.Segments.Values.Single(segment => segment.IsDead);
        var ages = new RecordAges(_estate.Clock);
        var before = backup.Folder.State.Number;

        var first = await Janitor.ReclaimAsync(_estate, backup, new ReclaimOptions(), ages);
        Assert.Equal((0, 0, 0L), (first.SegmentsDeleted, first.FilesDeleted, first.BytesFreed));
        Assert.True(first.BytesWaiting > dead.Size);
        Assert.Equal(before, backup.Folder.State.Number);

        _estate.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, (await Janitor.ReclaimAsync(_estate, backup, new ReclaimOptions(), ages)).SegmentsDeleted);

        _estate.Clock.Advance(TimeSpan.FromHours(1));
        var last = await Janitor.ReclaimAsync(_estate, backup, new ReclaimOptions(), ages);
        Assert.Equal((1, 1, 0L), (last.SegmentsDeleted, last.FilesDeleted, last.BytesWaiting));
        Assert.Equal(first.BytesWaiting, last.BytesFreed);
        Assert.DoesNotContain(dead.Id, backup.Folder.State.Segments.Keys);
        Assert.Empty(backup.Folder.State.CondemnedFiles);
        Assert.Empty(ages.FirstSeen);
        Assert.Equal(before + 1, backup.Folder.State.Number);
    }

    [Fact]
    public async Task A_reader_with_a_lease_holds_deletion_back_and_still_reads_what_was_removed()
    {
        var (backup, contents) = await BackUpAsync(3);
        var newest = backup.Folder.State.Points.Last();
        var reader = await _estate.OpenAsync(_store, _estate.Here);
        var options = new LeaseOptions(LeasePurpose.Reader, "test");
        await using (await Lease.AcquireAsync(_store, options, new BootClock(), TimeProvider.System, Token))
        {
            await RemoveNewestAsync(backup);
            var held = await Janitor.ReclaimAsync(_estate, backup);
            Assert.Equal(0, held.SegmentsDeleted + held.FilesDeleted);
            Assert.Single(held.HeldBackBy);
            Assert.Equal(contents[newest.Id], await Estate.ReadAsync(reader, newest.Id, "disk0"));
        }

        Assert.Equal(1, (await Janitor.ReclaimAsync(_estate, backup)).SegmentsDeleted);
    }

    [Fact]
    public async Task A_readers_own_lease_and_a_dead_one_hold_nothing_back()
    {
        var (backup, _) = await BackUpAsync(3);
        await RemoveNewestAsync(backup);
        var options = new LeaseOptions(LeasePurpose.Reader, "test");
        await using var own = await Lease.AcquireAsync(_store, options, new BootClock(), TimeProvider.System, Token);
        await using var dead = await Lease.AcquireAsync(_store, options, new OldBoot(), TimeProvider.System, Token);

        var report = await Janitor.ReclaimAsync(_estate, backup, Janitor.s_now with { OwnLeases = [own.Id] });
        Assert.Equal(1, report.SegmentsDeleted);
        Assert.DoesNotContain(
            await Janitor.NamesAsync(_store, "leases/"),
            name => name.Contains(dead.Id.ToString(), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_reader_without_a_lease_is_told_that_what_he_reads_was_removed()
    {
        var (backup, _) = await BackUpAsync(3);
        var newest = backup.Folder.State.Points.Last();
        var reader = await _estate.OpenAsync(_store, _estate.Here);
        await reader.Tables.ViewAsync(newest.Id, Token);
        var late = await _estate.OpenAsync(_store, _estate.Here);
        await RemoveNewestAsync(backup);
        await Janitor.ReclaimAsync(_estate, backup);

        var frame = await Assert.ThrowsAsync<LonghaulException>(() => Estate.ReadAsync(reader, newest.Id, "disk0"));
        Assert.Equal("data.removed", frame.Code);
        var table = await Assert.ThrowsAsync<LonghaulException>(() => Estate.ReadAsync(late, newest.Id, "disk0"));
        Assert.Equal("data.removed", table.Code);
    }

    [Fact]
    public async Task After_a_crash_between_deleting_and_purging_everything_goes_on()
    {
        var (backup, contents) = await BackUpAsync(5);
        await RemoveNewestAsync(backup);
        var faulty = new FaultyStore(_store);
        _watched.Inner = faulty;
        faulty.ErrorInstead(StoreCall.Put, () => Errors.StoreUnreachable("memory"));
        await Assert.ThrowsAsync<LonghaulException>(() => Janitor.ReclaimAsync(_estate, backup));
        _watched.Inner = _store;
        Assert.Contains(backup.Folder.State.Segments.Values, segment => segment.IsDead);

        // Removing looks at the tables of live segments only: the dead one's file is gone.
        var fresh = await _estate.OpenAsync(_watched, _estate.Here);
        await Janitor.RemoveAsync(fresh, fresh.Folder.State.Points.ElementAt(1));
        await Janitor.RemoveAsync(fresh, fresh.Folder.State.Points.Last());
        await Janitor.ReclaimAsync(_estate, fresh);
        Assert.DoesNotContain(fresh.Folder.State.Segments.Values, segment => segment.IsDead);
        Assert.Empty(fresh.Folder.State.CondemnedFiles);
        foreach (var point in fresh.Folder.State.Points)
        {
            Assert.Equal(contents[point.Id], await Estate.ReadAsync(fresh, point.Id, "disk0"));
        }
    }

    [Fact]
    public async Task Two_who_reclaim_at_once_delete_and_purge_the_same_things()
    {
        var (backup, _) = await BackUpAsync(3);
        await RemoveNewestAsync(backup);
        var other = await _estate.OpenAsync(_store, _estate.Here);
        var met = false;
        _watched.BeforePut = async name =>
        {
            if (!met && name.StartsWith("log/", StringComparison.Ordinal))
            {
                met = true;
                await Janitor.ReclaimAsync(_estate, other);
            }
        };
        Assert.Equal(1, (await Janitor.ReclaimAsync(_estate, backup)).SegmentsDeleted);
        Assert.True(met);
        Assert.DoesNotContain(backup.Folder.State.Segments.Values, segment => segment.IsDead);
    }

    [Fact]
    public async Task What_a_paused_writer_made_is_condemned_by_name_and_his_commit_is_refused()
    {
        var (backup, contents) = await BackUpAsync(2);
        var other = await _estate.OpenAsync(_store, _estate.Here);
        ReclaimReport? report = null;
        _watched.BeforePut = async name =>
        {
            if (report is null && name.StartsWith("log/", StringComparison.Ordinal))
            {
                report = await Janitor.ReclaimAsync(_estate, other);
            }
        };
        _estate.Disks[(_machine.Id, "disk0")][5000] ^= 1;
        var refused = await Assert.ThrowsAsync<LonghaulException>(() => _estate.BackUpAsync(backup, _job, _machine));
        Assert.Equal("backup.changed", refused.Code);
        Assert.Equal((2, 2), (report!.LeftoversCondemned, report.FilesDeleted));
        Assert.Equal(2, backup.Folder.State.Points.Count());
        foreach (var (point, content) in contents)
        {
            Assert.Equal(content, await Estate.ReadAsync(backup, point, "disk0"));
        }
    }

    [Fact]
    public async Task A_file_that_was_condemned_and_purged_before_a_step_began_can_never_be_listed()
    {
        var (backup, _) = await BackUpAsync(1);
        var name = BackupNames.PointFile(_machine.Id, _estate.Clock.GetUtcNow(), PointId.New());
        await _store.PutIfAbsentAsync(name, new byte[10], Token);
        var other = await _estate.OpenAsync(_store, _estate.Here);
        Assert.Equal(1, (await Janitor.ReclaimAsync(_estate, other)).FilesDeleted);
        await backup.Folder.RefreshAsync(Token);

        var refused = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await backup.Folder.CommitAsync(
                _ =>
                {
                    var draft = new Storage.State.RecordDraft("commit");
                    draft.Files.Add(name);
                    draft.Open.Ownerless = true;
                    return draft;
                },
                Token
            )
        );
        Assert.Equal("backup.changed", refused.Code);
    }

    [Fact]
    public async Task A_point_that_builds_upon_a_newest_one_that_was_removed_meanwhile_is_refused()
    {
        var (backup, contents) = await BackUpAsync(3);
        var other = await _estate.OpenAsync(_store, _estate.Here);
        var met = false;
        _watched.BeforePut = async name =>
        {
            if (!met && name.StartsWith("log/", StringComparison.Ordinal))
            {
                met = true;
                await RemoveNewestAsync(other);
            }
        };

        // Nothing has changed since the newest point: the new table names nothing, and relies on the one below it.
        var refused = await Assert.ThrowsAsync<LonghaulException>(() => _estate.BackUpAsync(backup, _job, _machine));
        Assert.Equal("backup.changed", refused.Code);
        var again = await _estate.BackUpAsync(backup, _job, _machine);
        Assert.Equal(contents.Values.Last(), await Estate.ReadAsync(backup, again.Point!.Id, "disk0"));
    }

    [Fact]
    public async Task What_an_unfinished_run_left_goes_only_when_nobody_will_go_on_with_it()
    {
        var (backup, _) = await BackUpAsync(1);
        var (believed, recent, expired, nameless) = (
            SegmentId.New(),
            SegmentId.New(),
            SegmentId.New(),
            SegmentId.New()
        );
        foreach (var segment in new[] { believed, recent, expired, nameless })
        {
            await _store.PutIfAbsentAsync(BackupNames.SegmentFile(segment, 1), new byte[100], Token);
        }

        await using (await _store.CreateAsync(BackupNames.SegmentFile(SegmentId.New(), 1), Token)) { }

        await Janitor.CheckpointAsync(_estate, _store, expired, isKnown: false);
        await Janitor.CheckpointAsync(_estate, _store, believed, isKnown: true);
        _estate.Clock.Advance(TimeSpan.FromDays(8));
        await Janitor.CheckpointAsync(_estate, _store, recent, isKnown: false);

        var writer = await Lease.AcquireAsync(
            _store,
            new LeaseOptions(LeasePurpose.Writer, "test"),
            new BootClock(),
            TimeProvider.System,
            Token
        );
        Assert.Equal(0, (await Janitor.ReclaimAsync(_estate, backup)).LeftoversCondemned);
        await writer.DisposeAsync();

        var report = await Janitor.ReclaimAsync(_estate, backup);
        Assert.Equal((3, 3, 0), (report.LeftoversCondemned, report.FilesDeleted, report.SegmentsDeleted));
        var left = await Janitor.NamesAsync(_store, "segments/");
        Assert.Contains(BackupNames.SegmentFile(believed, 1), left);
        Assert.Contains(BackupNames.SegmentFile(recent, 1), left);
        Assert.Equal(backup.Folder.State.Segments.Count + 2, left.Length);
        Assert.Equal(2, (await Janitor.NamesAsync(_store, "sessions/")).Length);
    }

    [Fact]
    public async Task Files_of_strangers_are_left_alone()
    {
        var (backup, _) = await BackUpAsync(1);
        await _store.PutIfAbsentAsync("segments/notes.txt", new byte[1], Token);
        Assert.Equal(0, (await Janitor.ReclaimAsync(_estate, backup)).LeftoversCondemned);
        Assert.NotNull(await _store.GetLengthAsync("segments/notes.txt", Token));
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>The boot before the present one.</summary>
    private sealed class OldBoot : IBootClock
    {
        public string BootId => "00000000-0000-0000-0000-000000000000";

        public TimeSpan SinceBoot => TimeSpan.FromDays(1);
    }
}
