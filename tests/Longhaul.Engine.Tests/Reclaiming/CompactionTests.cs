using Longhaul.Core;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Segments;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

public sealed class CompactionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_dead_in_good_part_is_written_again_and_its_older_file_goes_after_the_delay()
    {
        using var dying = await DyingBackup.CreateAsync();
        var (backup, contents) = (dying.Backup, dying.Contents);
        var before = dying.First;
        await DyingBackup.RemoveOldestAsync(backup);
        var dead = dying.First.DeadBytes;
        Assert.InRange(dead, 3 * DyingBackup.Block, 4 * DyingBackup.Block);
        var ages = new RecordAges(dying.Estate.Clock);
        var late = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);

        var first = await Janitor.ReclaimAsync(dying.Estate, backup, new ReclaimOptions(), ages);
        var after = dying.First;
        Assert.Equal((1, after.Size), (first.Compaction.Segments, first.Compaction.BytesWritten));
        Assert.Equal((2, before.Identity, before.Frames), (after.Generation, after.Identity, after.Frames));
        Assert.Equal((0, 1), (after.DeadBytes, after.SpentGeneration));
        Assert.InRange(before.Size - after.Size, dead, dead + 1000);
        Assert.Equal((0L, before.Size), (first.BytesFreed, first.BytesWaiting));
        await DyingBackup.CheckAsync(backup, contents);

        var second = await Janitor.ReclaimAsync(dying.Estate, backup, new ReclaimOptions(), ages);
        Assert.Equal((0, 0L), (second.Compaction.Segments, second.BytesFreed));
        dying.Estate.Clock.Advance(TimeSpan.FromHours(24));
        var last = await Janitor.ReclaimAsync(dying.Estate, backup, new ReclaimOptions(), ages);
        Assert.Equal((1, before.Size, 0L), (last.FilesDeleted, last.BytesFreed, last.BytesWaiting));
        Assert.DoesNotContain(DyingBackup.FileOf(before), await Janitor.NamesAsync(dying.Store, "segments/"));
        Assert.Empty(backup.Folder.State.CondemnedFiles);

        // Who has tables of the older generation in memory, and who read the log before, find the later one.
        await DyingBackup.CheckAsync(backup, contents);
        await DyingBackup.CheckAsync(late, contents);
        await DyingBackup.CheckAsync(await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here), contents);
    }

    [Fact]
    public async Task A_segment_with_little_that_is_dead_stays_as_it_is()
    {
        using var dying = await DyingBackup.CreateAsync();
        var (backup, contents) = (dying.Backup, dying.Contents);
        await Janitor.RemoveAsync(backup, backup.Folder.State.Points.ElementAt(1));
        var least = backup.Folder.State.Segments.Values.Where(segment =>
            segment.DeadBytes > 0 && segment.DeadBytes < segment.Size / CompactionPolicy.DeadPart
        );
        var report = await Janitor.ReclaimAsync(dying.Estate, backup);
        Assert.All(least, segment => Assert.Equal(1, backup.Folder.State.Segments[segment.Id].Generation));
        Assert.Equal(
            backup.Folder.State.Segments.Values.Count(segment => segment.Generation > 1),
            report.Compaction.Segments
        );
        await DyingBackup.CheckAsync(backup, contents);
    }

    [Fact]
    public async Task A_reader_without_a_lease_goes_on_and_is_told_only_of_points_that_were_removed()
    {
        using var dying = await DyingBackup.CreateAsync();
        var (backup, contents) = (dying.Backup, dying.Contents);
        var points = backup.Folder.State.Points.ToArray();
        var reader = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);
        foreach (var point in points)
        {
            await reader.Tables.ViewAsync(point.Id, Token);
        }

        await DyingBackup.RemoveOldestAsync(backup);
        Assert.Equal(1, (await Janitor.ReclaimAsync(dying.Estate, backup)).Compaction.Segments);

        // Its tables are kept open, so that it is a frame that he finds gone.
        var gone = await Assert.ThrowsAsync<LonghaulException>(() => Estate.ReadAsync(reader, points[0].Id, "disk0"));
        Assert.True(gone.Code is "data.removed" or "point.not-found", gone.Message);
        var other = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);
        foreach (var point in points.Skip(1))
        {
            Assert.Equal(contents[point.Id], await Estate.ReadAsync(reader, point.Id, "disk0"));
            Assert.Equal(contents[point.Id], await Estate.ReadAsync(other, point.Id, "disk0"));
        }
    }

    [Fact]
    public async Task A_read_under_way_goes_on_in_the_later_generation()
    {
        using var dying = await DyingBackup.CreateAsync();
        var backup = dying.Backup;
        var before = dying.First;
        await DyingBackup.RemoveOldestAsync(backup);
        var live = Enumerable.Range(0, before.Frames).Last(frame => !dying.First.Condemned.Contains(frame));
        var reader = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);
        var chain = await reader.Frames.Tables.ChainAsync(new FrameAddress(before.Id, live), Token);
        var expected = new byte[chain[0].Frame.RawLength];
        await reader.Frames.ReadAsync(chain, expected, Token);

        await Janitor.ReclaimAsync(dying.Estate, backup);
        var found = new byte[expected.Length];
        await reader.Frames.ReadAsync(chain, found, Token);
        Assert.Equal(expected, found);
    }
}
