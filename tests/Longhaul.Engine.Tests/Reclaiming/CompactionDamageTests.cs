using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

public sealed class CompactionDamageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_damaged_frame_is_taken_over_byte_for_byte_and_named()
    {
        using var dying = await DyingBackup.CreateAsync();
        var backup = dying.Backup;
        var before = dying.First;
        await DyingBackup.RemoveOldestAsync(backup);
        var table = await backup.Frames.Tables.GetAsync(before.Id, Token);
        var live = table.Frames.First(frame => !dying.First.Condemned.Contains(frame.Number));
        var content = (await dying.Store.ReadWholeAsync(DyingBackup.FileOf(before), int.MaxValue, Token))!;
        content[(int)live.PayloadOffset + 5] ^= 1;
        await dying.Store.DeleteAsync(DyingBackup.FileOf(before), Token);
        await dying.Store.PutIfAbsentAsync(DyingBackup.FileOf(before), content, Token);

        var report = await Janitor.ReclaimAsync(dying.Estate, backup);
        var after = dying.First;
        Assert.Equal(
            $"{DyingBackup.FileOf(after)}: frame {live.Number} is damaged",
            Assert.Single(report.Compaction.Damaged)
        );
        var fresh = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);
        var link = await fresh.Frames.Tables.FindAsync(new FrameAddress(before.Id, live.Number), Token);
        var stored = new byte[live.TotalLength];
        await dying.Store.ReadAsync(DyingBackup.FileOf(after), link.Frame.Offset, stored, Token);
        Assert.Equal(content.AsSpan((int)live.Offset, live.TotalLength).ToArray(), stored);
        var damaged = await new BackupVerifier(fresh, null).VerifyAsync(data: true, Token);
        Assert.Contains(damaged.Damaged, one => one.File == DyingBackup.FileOf(after));
    }

    [Fact]
    public async Task A_segment_whose_table_is_damaged_is_left_alone_and_named()
    {
        using var dying = await DyingBackup.CreateAsync();
        var backup = dying.Backup;
        var before = dying.First;
        await DyingBackup.RemoveOldestAsync(backup);
        var content = (await dying.Store.ReadWholeAsync(DyingBackup.FileOf(before), int.MaxValue, Token))!;
        content[^20] ^= 1;
        await dying.Store.DeleteAsync(DyingBackup.FileOf(before), Token);
        await dying.Store.PutIfAbsentAsync(DyingBackup.FileOf(before), content, Token);

        var fresh = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);
        var report = await Janitor.ReclaimAsync(dying.Estate, fresh);
        Assert.Contains(DyingBackup.FileOf(before), Assert.Single(report.Compaction.Damaged), StringComparison.Ordinal);
        Assert.Equal(1, fresh.Folder.State.Segments[before.Id].Generation);
        Assert.DoesNotContain(
            await Janitor.NamesAsync(dying.Store, "segments/"),
            name => name == BackupNames.SegmentFile(before.Id, 2)
        );
    }
}
