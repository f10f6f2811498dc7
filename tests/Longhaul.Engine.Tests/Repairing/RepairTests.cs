using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Repairing;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Tests.Verifying;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Repairing;

/// <summary>A backup and its copy mend each other, and what nobody has is marked on exactly the points that suffer.</summary>
public sealed class RepairTests : IDisposable
{
    private const int Points = 8;

    private readonly EstatePassword _password = new();
    private readonly Estate _estate = new();
    private readonly Dictionary<string, byte[]> _contents = [];
    private Machine _machine = null!;
    private JobDefinition _copyJob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Whatever_frame_of_either_is_damaged_the_other_mends_it(bool isEncrypted, bool isSource)
    {
        var (near, far) = await MakeAsync(isEncrypted);
        var (sound, other) = isSource ? (near, far) : (far, near);
        var reached = await Reachability.ReachedAsync(await OpenAsync(sound));
        var there = (await OpenAsync(other)).Folder.State.Points.Select(point => point.Root).ToHashSet();
        var whole = 0;
        foreach (var frame in reached.Keys.OrderBy(frame => (frame.Segment, frame.Number)))
        {
            var store = await DamageAsync(sound, frame);
            var report = await RepairAsync(store, other);

            // What only points have that the other has removed, nobody has any more.
            var state = (await OpenAsync(store)).Folder.State;
            Assert.All(
                report.NotMended.SelectMany(one => one.Points),
                point => Assert.DoesNotContain(state.FindPoint(point)!.Root, there)
            );
            if (report.NotMended.Count == 0)
            {
                whole++;
                Assert.InRange(report.BlocksMended, 1, Points);
                Assert.True(report.BytesFetched > 0);
                Assert.Empty(report.PointsMarked);
                await CheckAsync(store);
            }
        }

        Assert.InRange(whole, isSource ? reached.Count / 2 : reached.Count, reached.Count);
    }

    [Fact]
    public async Task Many_damaged_frames_in_several_segments_are_mended_by_one_record_and_once()
    {
        var (near, far) = await MakeAsync(isEncrypted: true);
        var before = await OpenAsync(far);
        var frames = (await Reachability.ReachedAsync(before)).Keys.Where(frame => frame.Number % 2 == 0).ToArray();
        var store = await DamageAsync(far, frames);

        var report = await RepairAsync(store, near);
        Assert.True(report.Segments > 1);
        Assert.Single(await StepsAsync(store), "repair");
        await CheckAsync(store);

        var again = await RepairAsync(store, near);
        Assert.Equal((0, 0), (again.Found, again.BlocksMended));
        Assert.Single(await StepsAsync(store), "repair");
    }

    [Fact]
    public async Task What_nobody_has_is_marked_on_exactly_the_points_that_suffer_and_is_whole_again_once_mended()
    {
        var (near, far) = await MakeAsync(isEncrypted: false);
        var reached = await Reachability.ReachedAsync(await OpenAsync(far));
        var marked = 0;
        foreach (var (frame, points) in reached.OrderBy(pair => (pair.Key.Segment, pair.Key.Number)))
        {
            var store = await DamageAsync(far, frame);
            var report = await RepairAsync(store);
            var backup = await OpenAsync(store);
            var incomplete = backup.Folder.State.Points.Where(point => !point.IsComplete).Select(point => point.Id);

            // A block may stand in this backup twice, and is then mended from itself.
            if (report.NotMended.Count > 0)
            {
                marked++;
                Assert.Equal(points.Order(), incomplete.Order());
                Assert.Equal(points.Order(), report.PointsMarked.Order());
                foreach (var point in backup.Folder.State.Points.Where(point => point.IsComplete))
                {
                    await ReadAsync(backup, point.Id);
                }
            }

            var mended = await RepairAsync(store, near);
            Assert.Empty(mended.NotMended);
            Assert.Equal(report.PointsMarked.Order(), mended.PointsWhole.Order());
            await CheckAsync(store);
        }

        Assert.True(marked > 10, $"{marked} frames that nobody has");
    }

    [Fact]
    public async Task Below_a_base_that_nobody_has_each_version_is_stored_whole_and_the_base_goes()
    {
        var (near, far) = await MakeAsync(isEncrypted: true);
        var sound = await OpenAsync(far);
        var held = sound
            .Folder.State.Segments.Values.SelectMany(segment =>
                segment.Held.Numbers().Select(number => new FrameAddress(segment.Id, number))
            )
            .ToArray();
        Assert.NotEmpty(held);
        foreach (var frame in held)
        {
            var store = await DamageAsync(far, frame);
            Assert.Empty((await RepairAsync(store, near)).NotMended);
            await CheckAsync(store);
            var backup = await OpenAsync(store);
            Assert.True(backup.Folder.State.Segments[frame.Segment].Condemned.Contains(frame.Number));
            Assert.Empty((await new BackupVerifier(backup, null).ScrubAsync(Token)).Damaged);
        }
    }

    [Fact]
    public async Task Retention_reclaim_compaction_sweep_and_further_runs_go_on_after_a_repair()
    {
        var (near, far) = await MakeAsync(isEncrypted: true);
        var frames = (await Reachability.ReachedAsync(await OpenAsync(far))).Keys.Where(frame => frame.Number % 3 == 0);
        var store = await DamageAsync(far, [.. frames]);
        await RepairAsync(store, near);
        var (source, target) = (await OpenAsync(near), await OpenAsync(store));
        await Janitor.RemoveAsync(target, target.Folder.State.Points.Take(2));
        await CheckAsync(store);
        _estate.Clock.Advance(TimeSpan.FromDays(2));
        await Janitor.ReclaimAsync(_estate, target);
        await CheckAsync(store);
        await GrowAsync(source, target, points: 3, seed: 9);
        await Janitor.RemoveAsync(target, target.Folder.State.Points.Skip(1).Take(2));
        await Janitor.ReclaimAsync(_estate, target, new ReclaimOptions { Delay = TimeSpan.Zero, Full = true });
        await Janitor.ReclaimAsync(_estate, target);
        await CheckAsync(store);
    }

    [Fact]
    public async Task Power_lost_at_any_call_leaves_what_was_there_and_the_next_repair_mends_it()
    {
        var (near, far) = await MakeAsync(isEncrypted: true);
        var frames = (await Reachability.ReachedAsync(await OpenAsync(far))).Keys.Where(frame => frame.Number % 4 == 1);
        var damaged = await DamageAsync(far, [.. frames]);
        using var store = new PowerLossStore(damaged.Snapshot());
        await RepairAsync(store, near);
        var outcomes = new HashSet<bool>();
        for (var call = 1; call <= store.Steps.Count + 1; call++)
        {
            var left = new MemoryObjectStore(store.AfterPowerLoss(call, seed: call));
            outcomes.Add((await RepairAsync(left, near)).Found == 0);
            await CheckAsync(left, isExact: false);
        }

        Assert.Equal(2, outcomes.Count);
    }

    [Fact]
    public async Task Of_two_repairs_at_once_both_end_well_and_nothing_is_lost()
    {
        var (near, far) = await MakeAsync(isEncrypted: true);
        var frames = (await Reachability.ReachedAsync(await OpenAsync(far))).Keys.Where(frame => frame.Number % 4 == 1);
        var store = await DamageAsync(far, [.. frames]);
        var between = new WatchedStore(store);
        var slow = await OpenAsync(between);
        between.BeforePut = async name =>
        {
            if (name.StartsWith("log/", StringComparison.Ordinal))
            {
                between.BeforePut = _ => Task.CompletedTask;
                await RepairAsync(store, near);
            }
        };

        var report = await new BackupRepairer(
            slow,
            [await OpenAsync(near)],
            CompressionLevel.Default,
            null
        ).RepairAsync(isDryRun: false, Token);
        Assert.Empty(report.NotMended);
        await CheckAsync(store);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_says_what_would_be_mended()
    {
        var (near, far) = await MakeAsync(isEncrypted: false);
        var frame = (await Reachability.ReachedAsync(await OpenAsync(far))).MaxBy(pair => pair.Value.Count).Key;
        var store = await DamageAsync(far, frame);
        var before = store.Snapshot().Objects;
        var dry = await new BackupRepairer(
            await OpenAsync(store),
            [await OpenAsync(near)],
            CompressionLevel.Default,
            null
        ).RepairAsync(isDryRun: true, Token);
        Assert.True(dry.BlocksMended > 0);
        Assert.Equal(0, dry.BytesFetched);
        Assert.Equal(before.Keys.Order(), store.Snapshot().Objects.Keys.Order());
    }

    [Fact]
    public async Task A_missing_segment_and_a_damaged_table_mark_those_that_suffer_and_leave_the_others()
    {
        var (near, far) = await MakeAsync(isEncrypted: false);
        var sound = await OpenAsync(far);
        foreach (var name in far.Snapshot().Objects.Keys.Where(Format.Descriptors.BackupNames.IsData).ToArray())
        {
            var store = new MemoryObjectStore(far.Snapshot());
            await store.DeleteAsync(name, Token);
            var suffering = await Expectation.SufferingAsync(
                sound,
                await Reachability.ReachedAsync(sound),
                name,
                at: null
            );
            var report = await RepairAsync(store, near);
            var backup = await OpenAsync(store);
            var incomplete = backup.Folder.State.Points.Where(point => !point.IsComplete).Select(point => point.Id);
            Assert.Empty(incomplete.Except(suffering ?? []));
            foreach (var point in backup.Folder.State.Points.Where(point => point.IsComplete))
            {
                await ReadAsync(backup, point.Id);
            }

            Assert.Equal(incomplete.Order(), report.PointsMarked.Order());
        }
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>A backup and its copy: deltas upon deltas, held bases, and points that only one of them has.</summary>
    private async Task<(MemoryObjectStore Near, MemoryObjectStore Far)> MakeAsync(bool isEncrypted)
    {
        _estate.Password = isEncrypted ? _password : null;
        var (near, far) = (new MemoryObjectStore(), new MemoryObjectStore());
        _machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        _copyJob = _estate.CopyJob(keep: 100);
        var source = await _estate.CreateAsync(_estate.BackupJob(keep: 100), near);
        var target = await _estate.CreateAsync(_copyJob, far);
        await GrowAsync(source, target, Points, seed: 5);
        var points = target.Folder.State.Points.ToArray();
        await Janitor.RemoveAsync(target, points[0], points[3]);
        await CheckAsync(far);
        return (near, far);
    }

    private async Task GrowAsync(OpenBackup source, OpenBackup target, int points, int seed)
    {
        var job = _estate.BackupJob(keep: 100) with { Id = source.Folder.State.Owner!.Job };
        for (var point = 0; point < points; point++)
        {
            var grown = await Janitor.GrowAsync(_estate, source, job, _machine, 1, seed + point);
            var copied = await _estate.CopyAsync(source, target, _copyJob, _machine.Id);
            _contents[copied.Point!.Root.ToString()] = grown.Values.Single();
        }
    }

    /// <summary>Opens a backup in the repository that it was made in.</summary>
    private async Task<OpenBackup> OpenAsync(IObjectStore store)
    {
        var backup = await _estate.OpenAsync(store, _estate.Here);
        return backup.Folder.IsAtHome ? backup : await _estate.OpenAsync(store, _estate.OffSite);
    }

    private async Task<RepairReport> RepairAsync(IObjectStore store, params MemoryObjectStore[] sources)
    {
        var open = new List<OpenBackup>();
        foreach (var source in sources)
        {
            open.Add(await OpenAsync(source));
        }

        return await new BackupRepairer(await OpenAsync(store), open, CompressionLevel.Default, null).RepairAsync(
            isDryRun: false,
            Token
        );
    }

    private async Task<MemoryObjectStore> DamageAsync(MemoryObjectStore sound, params FrameAddress[] frames)
    {
        var store = new MemoryObjectStore(sound.Snapshot());
        var backup = await OpenAsync(sound);
        foreach (var segment in frames.GroupBy(frame => frame.Segment))
        {
            var name = backup.Frames.Tables.FileOf(segment.Key);
            var bytes = store.Snapshot().Objects[name].ToArray();
            foreach (var frame in segment)
            {
                bytes[(await backup.Frames.Tables.FindAsync(frame, Token)).Frame.PayloadOffset + 3] ^= 1;
            }

            store = new MemoryObjectStore(
                store.Snapshot() with
                {
                    Objects = store.Snapshot().Objects.SetItem(name, bytes),
                }
            );
        }

        return store;
    }

    /// <summary>Every point is what it was, nothing is damaged, and what is alive is what is needed.</summary>
    private async Task CheckAsync(IObjectStore store, bool isExact = true)
    {
        var backup = await OpenAsync(store);
        Assert.Empty((await new BackupVerifier(backup, null).VerifyAsync(data: true, Token)).Damaged);
        foreach (var point in backup.Folder.State.Points)
        {
            Assert.True(point.IsComplete);
            await ReadAsync(backup, point.Id);
        }

        if (isExact)
        {
            await Reachability.CheckAsync(backup);
        }
    }

    private async Task ReadAsync(OpenBackup backup, PointId id)
    {
        var root = backup.Folder.State.FindPoint(id)!.Root.ToString();
        Assert.Equal(_contents[root], await Estate.ReadAsync(backup, id, "disk0"));
    }

    private static async Task<List<string>> StepsAsync(IObjectStore store)
    {
        var log = new Storage.Logs.BackupLog(store);
        var steps = new List<string>();
        for (var number = 1L; await log.ReadAsync(number, Token) is { } entry; number++)
        {
            steps.Add(entry.Open.Step);
        }

        return steps;
    }
}
