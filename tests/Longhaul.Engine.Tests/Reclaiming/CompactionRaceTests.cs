using Longhaul.Core;
using Longhaul.Engine.Reclaiming;
using Longhaul.Format.Descriptors;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

public sealed class CompactionRaceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_who_compact_at_once_one_commits_and_the_others_file_goes()
    {
        using var dying = await DyingBackup.CreateAsync();
        var (backup, contents) = (dying.Backup, dying.Contents);
        await DyingBackup.RemoveOldestAsync(backup);
        var other = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);
        ReclaimReport? faster = null;
        dying.Watched.BeforePut = async name =>
        {
            if (faster is null && name.StartsWith("log/", StringComparison.Ordinal))
            {
                faster = await Janitor.ReclaimAsync(dying.Estate, other);
            }
        };
        var slower = await Janitor.ReclaimAsync(dying.Estate, backup);
        Assert.Equal((1, 0), (faster!.Compaction.Segments, slower.Compaction.Segments));
        await DyingBackup.CheckAsync(backup, contents);
        await Janitor.ReclaimAsync(dying.Estate, backup);
        Assert.Equal(
            backup.Folder.State.Segments.Values.Select(DyingBackup.FileOf).Order(StringComparer.Ordinal),
            await Janitor.NamesAsync(dying.Store, "segments/")
        );
        await DyingBackup.CheckAsync(backup, contents);
    }

    [Fact]
    public async Task What_a_compaction_that_was_killed_left_is_condemned_and_its_name_is_never_used_again()
    {
        using var dying = await DyingBackup.CreateAsync();
        var (backup, contents) = (dying.Backup, dying.Contents);
        var segment = dying.First;
        await DyingBackup.RemoveOldestAsync(backup);
        await dying.Store.PutIfAbsentAsync(BackupNames.SegmentFile(segment.Id, 2), new byte[100], Token);
        await using (await dying.Store.CreateAsync(BackupNames.SegmentFile(segment.Id, 4), Token)) { }

        var report = await Janitor.ReclaimAsync(dying.Estate, backup);
        Assert.Equal((2, 1), (report.LeftoversCondemned, report.Compaction.Segments));
        Assert.Equal((5, 4), (dying.First.Generation, dying.First.SpentGeneration));
        Assert.Equal(
            backup.Folder.State.Segments.Values.Select(DyingBackup.FileOf).Order(StringComparer.Ordinal),
            await Janitor.NamesAsync(dying.Store, "segments/")
        );
        await DyingBackup.CheckAsync(await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here), contents);
    }

    [Fact]
    public async Task A_point_removed_between_writing_and_committing_leaves_dead_weight_that_goes_later()
    {
        using var dying = await DyingBackup.CreateAsync();
        var (backup, contents) = (dying.Backup, dying.Contents);
        await DyingBackup.RemoveOldestAsync(backup);
        var other = await dying.Estate.OpenAsync(dying.Store, dying.Estate.Here);
        var met = false;
        dying.Watched.BeforePut = async name =>
        {
            if (!met && name.StartsWith("log/", StringComparison.Ordinal))
            {
                met = true;
                await DyingBackup.RemoveOldestAsync(other);
            }
        };
        await Janitor.ReclaimAsync(dying.Estate, backup);
        Assert.True(met);
        foreach (var segment in backup.Folder.State.Segments.Values.Where(segment => !segment.IsDead))
        {
            var table = await other.Frames.Tables.GetAsync(segment.Id, Token);
            if (table.Generation == segment.Generation)
            {
                var dead = table.Frames.Where(frame => segment.Condemned.Contains(frame.Number));
                Assert.Equal(dead.Sum(frame => frame.TotalLength), segment.DeadBytes);
            }
        }

        await DyingBackup.CheckAsync(backup, contents);
    }

    [Fact]
    public async Task A_full_store_ends_the_compaction_and_nothing_of_it_is_left()
    {
        using var dying = await DyingBackup.CreateAsync();
        var (backup, contents) = (dying.Backup, dying.Contents);
        await DyingBackup.RemoveOldestAsync(backup);
        var names = await Janitor.NamesAsync(dying.Store, "segments/");
        var faulty = new FaultyStore(dying.Store);
        faulty.ErrorInstead(StoreCall.Write, () => Errors.StoreNoSpace("memory"));
        dying.Watched.Inner = faulty;
        var report = await Janitor.ReclaimAsync(dying.Estate, backup);
        Assert.Equal(0, report.Compaction.Segments);
        Assert.Equal(names, await Janitor.NamesAsync(dying.Store, "segments/"));

        dying.Watched.Inner = dying.Store;
        Assert.Equal(1, (await Janitor.ReclaimAsync(dying.Estate, backup)).Compaction.Segments);
        await DyingBackup.CheckAsync(backup, contents);
    }
}
