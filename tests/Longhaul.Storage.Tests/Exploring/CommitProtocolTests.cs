using Longhaul.Core.Backups;
using Longhaul.Storage.State;
using Xunit;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>Every order of store calls of two or three actors over one backup, over the real folder and commit.</summary>
public sealed class CommitProtocolTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Of_two_writers_of_one_machine_each_commits_upon_what_he_saw_or_is_refused()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(
            backup,
            "cr cr",
            Actors.Writer(backup, backup.First, [4, 2]),
            Actors.Writer(backup, backup.First, [5, 2])
        );
    }

    [Fact]
    public async Task A_writer_that_lists_leavings_and_a_reclaimer_that_deletes_them_never_both_succeed()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(
            backup,
            "cr c",
            Actors.Writer(backup, backup.First, [SmallBackup.LeftContent, 2], useLeft: true),
            Actors.Reclaimer(backup)
        );
    }

    [Fact]
    public async Task A_reclaimer_takes_away_what_a_writer_has_under_his_hands_and_he_learns_of_it()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(backup, "cr c", Actors.Writer(backup, backup.First, [4, 2]), Actors.Reclaimer(backup));
    }

    [Fact]
    public async Task A_point_is_never_built_on_a_newest_one_that_was_removed()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(backup, "cr c", Actors.Writer(backup, backup.First, [3, 5]), Actors.Remover(Newest));
    }

    [Fact]
    public async Task Retention_removes_the_oldest_while_a_delta_is_made()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(backup, "c c", Actors.Writer(backup, backup.First, [6, 7]), Actors.Remover(Oldest));
    }

    [Fact]
    public async Task Another_machine_shares_a_block_while_all_points_that_have_it_are_removed()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(backup, "cr c", Actors.Writer(backup, backup.Second, [0, 2]), Actors.Remover(All(backup)));
    }

    [Fact]
    public async Task A_reader_sees_a_whole_point_or_that_it_was_removed()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(
            backup,
            "r c",
            Actors.Reader(backup, state => state.Points.LastOrDefault()),
            Actors.Remover(All(backup))
        );
    }

    [Fact]
    public async Task A_reader_of_the_newest_point_is_not_disturbed_by_retention()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(
            backup,
            "- c",
            Actors.Reader(backup, state => state.Points.LastOrDefault()),
            Actors.Remover(Oldest)
        );
    }

    [Fact]
    public async Task A_paused_writer_a_remover_and_a_reclaimer_at_once()
    {
        var backup = await SmallBackup.CreateAsync();
        var paused = await backup.PrepareAsync(backup.First, [SmallBackup.LeftContent, 5], useLeft: true);
        await ExploreAsync(
            backup,
            "cr c c",
            Actors.PausedWriter(paused),
            Actors.Reclaimer(backup),
            Actors.Remover(state => [.. Oldest(state).Take(state.Points.Count() - 1)])
        );
    }

    [Fact]
    public async Task A_paused_writer_that_shares_a_block_another_writer_and_a_remover_at_once()
    {
        var backup = await SmallBackup.CreateAsync();
        var paused = await backup.PrepareAsync(backup.Second, [0, 2], useLeft: false);
        var other = await backup.PrepareAsync(backup.First, [8, 2], useLeft: false);
        await ExploreAsync(
            backup,
            "cr cr c",
            Actors.PausedWriter(paused),
            Actors.PausedWriter(other),
            Actors.Remover(All(backup))
        );
    }

    [Fact]
    public async Task A_paused_writer_a_reader_and_a_remover_at_once()
    {
        var backup = await SmallBackup.CreateAsync();
        var paused = await backup.PrepareAsync(backup.First, [3, 5], useLeft: false);
        await ExploreAsync(
            backup,
            "c - c",
            Actors.PausedWriter(paused),
            Actors.Reader(backup, state => state.Points.FirstOrDefault()),
            Actors.Remover(Oldest)
        );
    }

    [Fact]
    public async Task A_folder_carried_away_by_name_while_a_writer_commits_is_an_older_whole_backup()
    {
        var backup = await SmallBackup.CreateAsync();
        await ExploreAsync(
            backup,
            "c -",
            Actors.Writer(backup, backup.First, [4, 2]),
            Actors.Carrier(backup, "log/", "points/", "segments/")
        );
    }

    [Fact]
    public async Task A_folder_carried_away_log_last_while_a_writer_commits_may_lack_what_its_log_lists()
    {
        var backup = await SmallBackup.CreateAsync();
        await AssertCaughtAsync(
            backup,
            Actors.Writer(backup, backup.First, [4, 2]),
            Actors.Carrier(backup, "points/", "segments/", "log/")
        );
    }

    [Fact]
    public async Task Without_the_check_for_what_was_condemned_since_a_lost_file_is_noticed()
    {
        var backup = await SmallBackup.CreateAsync();
        await AssertCaughtAsync(
            backup,
            Actors.RecklessWriter(backup, backup.First, [SmallBackup.LeftContent, 2], useLeft: true),
            Actors.Reclaimer(backup)
        );
    }

    [Fact]
    public async Task Without_the_check_for_condemned_frames_a_lost_block_is_noticed()
    {
        var backup = await SmallBackup.CreateAsync();
        await AssertCaughtAsync(
            backup,
            Actors.RecklessWriter(backup, backup.Second, [0, 2], useLeft: false),
            Actors.Remover(All(backup))
        );
    }

    [Fact]
    public async Task Without_the_check_which_point_is_the_newest_a_wrong_block_is_noticed()
    {
        var backup = await SmallBackup.CreateAsync();
        await AssertCaughtAsync(backup, Actors.ChainBlindWriter(backup, [3, 5]), Actors.Remover(Newest));
    }

    [Fact]
    public async Task A_removal_that_is_not_worked_out_anew_is_noticed()
    {
        var backup = await SmallBackup.CreateAsync();
        await AssertCaughtAsync(
            backup,
            Actors.Writer(backup, backup.Second, [0, 2]),
            Actors.StaleRemover(state => [.. state.Points.Where(point => point.MachineId == backup.First)])
        );
    }

    [Fact]
    public async Task Deleting_what_was_not_condemned_by_name_is_noticed()
    {
        var backup = await SmallBackup.CreateAsync();
        await AssertCaughtAsync(
            backup,
            Actors.Writer(backup, backup.First, [SmallBackup.LeftContent, 2], useLeft: true),
            Actors.HastyReclaimer(backup)
        );
    }

    private static IReadOnlyList<RestorePoint> Newest(BackupState state) => [state.Points.Last()];

    private static IReadOnlyList<RestorePoint> Oldest(BackupState state) => [state.Points.First()];

    private static Func<BackupState, IReadOnlyList<RestorePoint>> All(SmallBackup backup) =>
        state => [.. state.Points.Where(point => point.MachineId == backup.First)];

    /// <summary>Explores, and demands that every actor came to the ends that the test is about.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="ends">A word for each actor: <c>c</c> it commits in some schedule, <c>r</c> it is refused in some,
    /// <c>cr</c> both, <c>-</c> neither.</param>
    /// <param name="actors">The actors.</param>
    private async Task ExploreAsync(SmallBackup backup, string ends, params Func<SteppedStore, Task>[] actors)
    {
        var explorer = Explorer(backup, actors);
        await Task.Run(() => explorer.RunAsync());
        output.WriteLine(
            $"commits: {string.Join(' ', explorer.Commits)}, refusals: {string.Join(' ', explorer.Refusals)}"
        );
        output.WriteLine(
            $"{explorer.Schedules} schedules, {explorer.Cut} cut, the longest of {explorer.Longest} calls"
        );
        Assert.InRange(explorer.Schedules, 2, int.MaxValue);
        var came = explorer.Commits.Zip(explorer.Refusals, (commits, refusals) => (commits > 0, refusals > 0));
        Assert.Equal(ends, string.Join(' ', came.Select(EndOf)));
    }

    private static string EndOf((bool Commits, bool IsRefused) actor) =>
        actor switch
        {
            (true, true) => "cr",
            (true, false) => "c",
            (false, true) => "r",
            _ => "-",
        };

    private async Task AssertCaughtAsync(SmallBackup backup, params Func<SteppedStore, Task>[] actors)
    {
        var explorer = Explorer(backup, actors);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Run(() => explorer.RunAsync()));
        output.WriteLine($"caught in schedule {explorer.Schedules + 1}: {error.Message}");
        Assert.DoesNotContain("schedules", error.Message, StringComparison.Ordinal);
    }

    private static Explorer Explorer(SmallBackup backup, Func<SteppedStore, Task>[] actors) =>
        new(
            backup.Start,
            actors,
            backup.CheckAsync,
            step => step.Kind == StoreStepKind.Change && step.Name.StartsWith("log/", StringComparison.Ordinal)
        );
}
