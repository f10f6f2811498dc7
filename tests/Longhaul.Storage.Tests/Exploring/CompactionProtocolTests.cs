using Longhaul.Core.Backups;
using Longhaul.Storage.State;
using Xunit;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>Every order of store calls of a compaction and others over one backup.</summary>
public sealed class CompactionProtocolTests(ITestOutputHelper output) : ExploringTests(output)
{
    [Fact]
    public async Task Of_two_compactors_of_one_segment_one_is_listed()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await ExploreAsync(backup, "cr cr", Actors.Compactor(backup), Actors.Compactor(backup));
    }

    [Fact]
    public async Task A_compactor_and_a_reclaimer_that_takes_its_file_for_a_leaving()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await ExploreAsync(backup, "c c", Actors.Compactor(backup), Actors.Reclaimer(backup));
    }

    [Fact]
    public async Task A_reader_is_not_disturbed_by_a_compaction()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await ExploreAsync(
            backup,
            "- c",
            Actors.Reader(backup, state => state.Points.FirstOrDefault()),
            Actors.Compactor(backup)
        );
    }

    [Fact]
    public async Task A_writer_builds_upon_a_segment_while_it_is_written_again()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await ExploreAsync(backup, "c c", Actors.Writer(backup, backup.First, [0, 4]), Actors.Compactor(backup));
    }

    [Fact]
    public async Task Another_machine_shares_a_frame_of_a_segment_while_it_is_written_again()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await ExploreAsync(backup, "c c", Actors.Writer(backup, backup.Second, [0, 3]), Actors.Compactor(backup));
    }

    [Fact]
    public async Task A_point_is_removed_while_its_segment_is_written_again()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await ExploreAsync(backup, "c c", Actors.Compactor(backup), Actors.Remover(Newest));
    }

    [Fact]
    public async Task All_points_are_removed_while_their_segment_is_written_again()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await ExploreAsync(backup, "cr c", Actors.Compactor(backup), Actors.Remover(state => [.. state.Points]));
    }

    [Fact]
    public async Task Listing_a_generation_whose_file_was_condemned_meanwhile_is_noticed()
    {
        var backup = await SmallBackup.CreateDyingAsync();
        await AssertCaughtAsync(backup, Actors.RecklessCompactor(backup), Actors.Reclaimer(backup));
    }

    private static IReadOnlyList<RestorePoint> Newest(BackupState state) => [state.Points.Last()];
}
