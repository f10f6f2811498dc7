using Longhaul.Core;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Tests.Repairing;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Verifying;

/// <summary>What a disk gives no more is damage of what lies there, and no end of a verification or a repair.</summary>
public sealed class UnreadableTests : IDisposable
{
    private readonly RepairSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task An_unreadable_frame_hurts_the_points_that_need_it_and_is_mended_from_a_copy()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: true);
        var sound = await _site.OpenAsync(far);
        foreach (var (frame, points) in (await Reachability.ReachedAsync(sound)).OrderBy(pair => pair.Key.ToString()))
        {
            var (store, link) = await BreakAsync(far, frame);
            var report = await VerifyAsync(store);

            Assert.Equal(points.Order(), report.Suffering.Order());
            Assert.All(
                report.Damaged,
                damage => Assert.StartsWith("unreadable", damage.What, StringComparison.Ordinal)
            );
            Assert.All(report.Damaged, damage => Assert.Equal(link.Offset, damage.Offset));
            Assert.Equal(link.File, Assert.Single(report.Damaged.Select(damage => damage.File).Distinct()));

            var scrubbed = Assert.Single((await ScrubAsync(store)).Damaged);
            Assert.Equal((link.File, link.Offset), (scrubbed.File, scrubbed.Offset));

            var mended = await _site.RepairAsync(store, near);
            Assert.Empty(mended.NotMended);
            Assert.Empty(mended.PointsMarked);
            await _site.CheckAsync(store);
        }
    }

    [Fact]
    public async Task An_unreadable_frame_that_nobody_has_marks_its_points_and_hinders_no_mending_beside_it()
    {
        var (_, far) = await _site.MakeAsync(isEncrypted: false);
        var sound = await _site.OpenAsync(far);
        var reached = await Reachability.ReachedAsync(sound);
        var segment = sound.Folder.State.Segments.Values.MaxBy(one => one.Frames)!.Id;
        var frames = reached.Keys.Where(frame => frame.Segment == segment).OrderBy(frame => frame.Number).ToArray();

        // The middle one is lost; the copy is asked for the others only by taking that content away from it.
        var lost = frames[frames.Length / 2];
        var damaged = await _site.DamageAsync(far, [.. frames.Except([lost])]);
        var (store, _) = await BreakAsync(damaged, lost);
        var alone = new MemoryObjectStore(far.Snapshot());
        var source = await _site.DamageAsync(alone, lost);

        var report = await _site.RepairAsync(store, source);

        Assert.Equal(reached[lost].Order(), report.PointsMarked.Order());
        Assert.NotEqual(0, report.BlocksMended);
        var after = await _site.OpenAsync(store);
        foreach (var point in after.Folder.State.Points.Where(point => point.IsComplete))
        {
            await _site.ReadAsync(after, point.Id);
        }

        Assert.Equal(reached[lost].Order(), (await VerifyAsync(store)).Suffering.Order());
    }

    [Fact]
    public async Task An_unreadable_point_file_hurts_those_that_are_read_through_it()
    {
        var (_, far) = await _site.MakeAsync(isEncrypted: false);
        var sound = await _site.OpenAsync(far);
        var reached = await Reachability.ReachedAsync(sound);
        foreach (var name in far.Snapshot().Objects.Keys.Where(BackupNames.IsData))
        {
            var suffering = await Expectation.SufferingAsync(sound, reached, name, at: null);
            var store = Breaking(far, name, 0, int.MaxValue);

            Assert.Equal((suffering ?? []).Order(), (await VerifyAsync(store)).Suffering.Order());
            Assert.Equal((suffering ?? []).Order(), (await _site.RepairAsync(store)).PointsMarked.Order());
        }
    }

    [Fact]
    public async Task A_segment_with_an_unreadable_frame_is_not_compacted()
    {
        var (_, far) = await _site.MakeAsync(isEncrypted: false);
        var sound = await _site.OpenAsync(far);
        var live = await Reachability.ReachedAsync(sound);
        var segment = live.Keys.First().Segment;
        var (store, link) = await BreakAsync(far, live.Keys.First());
        var backup = await _site.OpenAsync(store);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await new Storage.Blocks.SegmentRewriter(backup.Folder, backup.Frames.Tables).WriteAsync(
                backup.Folder.State.Segments[segment],
                99,
                Token
            )
        );

        Assert.Equal("data.unreadable", error.Code);
        Assert.Equal(0, (await Janitor.ReclaimAsync(_site.Estate, backup)).SegmentsDeleted);
        Assert.NotNull(await store.GetLengthAsync(link.File, Token));
    }

    [Fact]
    public async Task A_store_that_is_out_of_reach_is_no_damage()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: false);
        var store = new WatchedStore(far);
        var open = await _site.OpenAsync(store);
        store.FailingRead = (name, _, _) =>
            BackupNames.IsData(name) && name.StartsWith("segments/", StringComparison.Ordinal)
                ? Errors.StoreIo(name)
                : null;

        foreach (var data in new[] { false, true })
        {
            var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
                await new BackupVerifier(open, null).VerifyAsync(data, Token)
            );
            Assert.Equal("store.io", error.Code);
        }

        var repair = await Assert.ThrowsAsync<LonghaulException>(() => _site.RepairAsync(store, near));
        Assert.Equal("store.io", repair.Code);
    }

    /// <summary>The same backup on a disk that does not give the middle of a frame.</summary>
    private async Task<(WatchedStore Store, (string File, long Offset) Link)> BreakAsync(
        MemoryObjectStore sound,
        FrameAddress frame
    )
    {
        var backup = await _site.OpenAsync(sound);
        var info = (await backup.Frames.Tables.FindAsync(frame, Token)).Frame;
        var file = backup.Frames.Tables.FileOf(frame.Segment);
        return (Breaking(sound, file, info.PayloadOffset + 2, 1), (file, info.Offset));
    }

    private static WatchedStore Breaking(MemoryObjectStore sound, string file, long offset, int length) =>
        new(new MemoryObjectStore(sound.Snapshot()))
        {
            FailingRead = (name, from, count) =>
                name == file && from < offset + length && offset < from + count
                    ? Errors.DataUnreadable(name, from)
                    : null,
        };

    private async Task<VerifyReport> VerifyAsync(IObjectStore store) =>
        await new BackupVerifier(await _site.OpenAsync(store), null).VerifyAsync(data: true, Token);

    private async Task<VerifyReport> ScrubAsync(IObjectStore store) =>
        await new BackupVerifier(await _site.OpenAsync(store), null).ScrubAsync(Token);
}
