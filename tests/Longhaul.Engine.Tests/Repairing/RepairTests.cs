using Longhaul.Core.Jobs;
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
    private readonly RepairSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Whatever_frame_of_either_is_damaged_the_other_mends_it(bool isEncrypted, bool isSource)
    {
        var (near, far) = await _site.MakeAsync(isEncrypted);
        var (sound, other) = isSource ? (near, far) : (far, near);
        var reached = await Reachability.ReachedAsync(await _site.OpenAsync(sound));
        var there = (await _site.OpenAsync(other)).Folder.State.Points.Select(point => point.Root).ToHashSet();
        var whole = 0;
        foreach (var frame in reached.Keys.OrderBy(frame => (frame.Segment, frame.Number)))
        {
            var store = await _site.DamageAsync(sound, frame);
            var report = await _site.RepairAsync(store, other);

            // What only points have that the other has removed, nobody has any more.
            var state = (await _site.OpenAsync(store)).Folder.State;
            Assert.All(
                report.NotMended.SelectMany(one => one.Points),
                point => Assert.DoesNotContain(state.FindPoint(point)!.Root, there)
            );
            if (report.NotMended.Count == 0)
            {
                whole++;
                Assert.InRange(report.BlocksMended, 1, RepairSite.Points);
                Assert.True(report.BytesFetched > 0);
                Assert.Empty(report.PointsMarked);
                await _site.CheckAsync(store);
            }
        }

        Assert.InRange(whole, isSource ? reached.Count / 2 : reached.Count, reached.Count);
    }

    [Fact]
    public async Task Many_damaged_frames_in_several_segments_are_mended_by_one_record_and_once()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: true);
        var before = await _site.OpenAsync(far);
        var frames = (await Reachability.ReachedAsync(before)).Keys.Where(frame => frame.Number % 2 == 0).ToArray();
        var store = await _site.DamageAsync(far, frames);

        var report = await _site.RepairAsync(store, near);
        Assert.True(report.Segments > 1);
        Assert.Single(await RepairSite.StepsAsync(store), "repair");
        await _site.CheckAsync(store);

        var again = await _site.RepairAsync(store, near);
        Assert.Equal((0, 0), (again.Found, again.BlocksMended));
        Assert.Single(await RepairSite.StepsAsync(store), "repair");
    }

    [Fact]
    public async Task What_nobody_has_is_marked_on_exactly_the_points_that_suffer_and_is_whole_again_once_mended()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: false);
        var reached = await Reachability.ReachedAsync(await _site.OpenAsync(far));
        var marked = 0;
        foreach (var (frame, points) in reached.OrderBy(pair => (pair.Key.Segment, pair.Key.Number)))
        {
            var store = await _site.DamageAsync(far, frame);
            var report = await _site.RepairAsync(store);
            var backup = await _site.OpenAsync(store);
            var incomplete = backup.Folder.State.Points.Where(point => !point.IsComplete).Select(point => point.Id);

            // A block may stand in this backup twice, and is then mended from itself.
            if (report.NotMended.Count > 0)
            {
                marked++;
                Assert.Equal(points.Order(), incomplete.Order());
                Assert.Equal(points.Order(), report.PointsMarked.Order());
                foreach (var point in backup.Folder.State.Points.Where(point => point.IsComplete))
                {
                    await _site.ReadAsync(backup, point.Id);
                }
            }

            var mended = await _site.RepairAsync(store, near);
            Assert.Empty(mended.NotMended);
            Assert.Equal(report.PointsMarked.Order(), mended.PointsWhole.Order());
            await _site.CheckAsync(store);
        }

        Assert.True(marked > 10, $"{marked} frames that nobody has");
    }

    [Fact]
    public async Task Below_a_base_that_nobody_has_each_version_is_stored_whole_and_the_base_goes()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: true);
        var sound = await _site.OpenAsync(far);
        var held = sound
            .Folder.State.Segments.Values.SelectMany(segment =>
                segment.Held.Numbers().Select(number => new FrameAddress(segment.Id, number))
            )
            .ToArray();
        Assert.NotEmpty(held);
        foreach (var frame in held)
        {
            var store = await _site.DamageAsync(far, frame);
            Assert.Empty((await _site.RepairAsync(store, near)).NotMended);
            await _site.CheckAsync(store);
            var backup = await _site.OpenAsync(store);
            Assert.True(backup.Folder.State.Segments[frame.Segment].Condemned.Contains(frame.Number));
            Assert.Empty((await new BackupVerifier(backup, null).ScrubAsync(Token)).Damaged);
        }
    }

    [Fact]
    public async Task Retention_reclaim_compaction_sweep_and_further_runs_go_on_after_a_repair()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: true);
        var frames = (await Reachability.ReachedAsync(await _site.OpenAsync(far))).Keys.Where(frame =>
            frame.Number % 3 == 0
        );
        var store = await _site.DamageAsync(far, [.. frames]);
        await _site.RepairAsync(store, near);
        var (source, target) = (await _site.OpenAsync(near), await _site.OpenAsync(store));
        await Janitor.RemoveAsync(target, target.Folder.State.Points.Take(2));
        await _site.CheckAsync(store);
        _site.Estate.Clock.Advance(TimeSpan.FromDays(2));
        await Janitor.ReclaimAsync(_site.Estate, target);
        await _site.CheckAsync(store);
        await _site.GrowAsync(source, target, points: 3, seed: 9);
        await Janitor.RemoveAsync(target, target.Folder.State.Points.Skip(1).Take(2));
        await Janitor.ReclaimAsync(_site.Estate, target, new ReclaimOptions { Delay = TimeSpan.Zero, Full = true });
        await Janitor.ReclaimAsync(_site.Estate, target);
        await _site.CheckAsync(store);
    }

    [Fact]
    public async Task Power_lost_at_any_call_leaves_what_was_there_and_the_next_repair_mends_it()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: true);
        var frames = (await Reachability.ReachedAsync(await _site.OpenAsync(far))).Keys.Where(frame =>
            frame.Number % 4 == 1
        );
        var damaged = await _site.DamageAsync(far, [.. frames]);
        using var store = new PowerLossStore(damaged.Snapshot());
        await _site.RepairAsync(store, near);
        var outcomes = new HashSet<bool>();
        for (var call = 1; call <= store.Steps.Count + 1; call++)
        {
            var left = new MemoryObjectStore(store.AfterPowerLoss(call, seed: call));
            outcomes.Add((await _site.RepairAsync(left, near)).Found == 0);
            await _site.CheckAsync(left, isExact: false);
        }

        Assert.Equal(2, outcomes.Count);
    }

    [Fact]
    public async Task Of_two_repairs_at_once_both_end_well_and_nothing_is_lost()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: true);
        var frames = (await Reachability.ReachedAsync(await _site.OpenAsync(far))).Keys.Where(frame =>
            frame.Number % 4 == 1
        );
        var store = await _site.DamageAsync(far, [.. frames]);
        var between = new WatchedStore(store);
        var slow = await _site.OpenAsync(between);
        between.BeforePut = async name =>
        {
            if (name.StartsWith("log/", StringComparison.Ordinal))
            {
                between.BeforePut = _ => Task.CompletedTask;
                await _site.RepairAsync(store, near);
            }
        };

        var report = await new BackupRepairer(
            slow,
            [await _site.OpenAsync(near)],
            CompressionLevel.Default,
            null
        ).RepairAsync(isDryRun: false, Token);
        Assert.Empty(report.NotMended);
        await _site.CheckAsync(store);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_says_what_would_be_mended()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: false);
        var frame = (await Reachability.ReachedAsync(await _site.OpenAsync(far))).MaxBy(pair => pair.Value.Count).Key;
        var store = await _site.DamageAsync(far, frame);
        var before = store.Snapshot().Objects;
        var dry = await new BackupRepairer(
            await _site.OpenAsync(store),
            [await _site.OpenAsync(near)],
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
        var (near, far) = await _site.MakeAsync(isEncrypted: false);
        var sound = await _site.OpenAsync(far);
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
            var report = await _site.RepairAsync(store, near);
            var backup = await _site.OpenAsync(store);
            var incomplete = backup.Folder.State.Points.Where(point => !point.IsComplete).Select(point => point.Id);
            Assert.Empty(incomplete.Except(suffering ?? []));
            foreach (var point in backup.Folder.State.Points.Where(point => point.IsComplete))
            {
                await _site.ReadAsync(backup, point.Id);
            }

            Assert.Equal(incomplete.Order(), report.PointsMarked.Order());
        }
    }

    public void Dispose() => _site.Dispose();
}
