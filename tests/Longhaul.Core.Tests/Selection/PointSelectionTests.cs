using Longhaul.Core.Backups;
using Longhaul.Core.Selection;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Selection;

public sealed class PointSelectionTests
{
    private static readonly RepositoryId s_here = RepositoryId.New();
    private static readonly RepositoryId s_target = RepositoryId.New();

    /// <summary>An hour after the fifth point of a chain was made.</summary>
    private static readonly DateTimeOffset s_now = Chains.Start.AddDays(4).AddHours(1);

    [Theory]
    [InlineData(SelectionMode.Periodic, 5)]
    [InlineData(SelectionMode.ByHand, 5)]
    [InlineData(SelectionMode.FirstRun, 5)]
    [InlineData(SelectionMode.Immediate, 1)]
    public void Each_occasion_takes_its_point(SelectionMode mode, long number) =>
        Takes(number, Ask(mode, Source("FIIII")));

    [Fact]
    public void A_periodic_run_takes_nothing_older_than_the_interval_and_is_idle()
    {
        var result = PointSelection.Select(Ask(SelectionMode.Periodic, Source("FIII")) with { Now = s_now.AddDays(1) });

        Assert.Null(result.Point);
        Assert.Null(result.Error);
        Assert.Contains("older than the copy interval", result.IdleReason, StringComparison.Ordinal);
        Assert.Equal(PassedOverReason.TooOld, Assert.Single(result.PassedOver).Reason);
        Assert.Equal(Chains.Id(4, 1), result.PassedOver[0].Point.Id);
    }

    [Fact]
    public void A_point_exactly_one_interval_old_is_within_the_interval() =>
        Takes(5, Ask(SelectionMode.Periodic, Source("FIIII")) with { Now = s_now.AddHours(23) });

    [Theory]
    [InlineData(SelectionMode.ByHand)]
    [InlineData(SelectionMode.FirstRun)]
    public void By_hand_and_at_first_the_age_does_not_matter(SelectionMode mode) =>
        Takes(4, Ask(mode, Source("FIII")) with { Now = s_now.AddYears(1) });

    [Fact]
    public void A_second_point_in_the_same_interval_waits() =>
        Assert.Contains(
            "this copy interval",
            PointSelection
                .Select(Ask(SelectionMode.Periodic, Source("FIIII")) with { DoneInThisInterval = true })
                .IdleReason,
            StringComparison.Ordinal
        );

    [Fact]
    public void By_hand_a_point_is_taken_in_an_interval_that_has_one() =>
        Takes(5, Ask(SelectionMode.ByHand, Source("FIIII")) with { DoneInThisInterval = true });

    [Fact]
    public void A_date_up_to_one_interval_ahead_counts_as_now() =>
        Takes(5, Ask(SelectionMode.Periodic, Source("FIIII")) with { Now = s_now.AddHours(-25) });

    [Theory]
    [InlineData(SelectionMode.Periodic)]
    [InlineData(SelectionMode.ByHand)]
    [InlineData(SelectionMode.FirstRun)]
    [InlineData(SelectionMode.Immediate)]
    public void A_later_date_is_refused(SelectionMode mode)
    {
        var result = PointSelection.Select(Ask(mode, Source("F")) with { Now = Chains.Start.AddDays(-2) });

        Assert.Null(result.Point);
        Assert.Null(result.IdleReason);
        Assert.Equal("point.date", result.Error?.Code);
        Assert.Equal(PassedOverReason.FutureDate, Assert.Single(result.PassedOver).Reason);
    }

    [Fact]
    public void With_a_later_date_refused_the_newest_of_the_others_is_taken() =>
        Takes(4, Ask(SelectionMode.ByHand, Source("FIIII")) with { Now = s_now.AddHours(-26) });

    [Fact]
    public void Points_in_the_target_repository_are_never_copied() =>
        PassesOver(
            PassedOverReason.InTargetRepository,
            Ask(SelectionMode.ByHand, Source("FIIII") with { Repository = s_target })
        );

    [Fact]
    public void Points_of_an_imported_backup_are_not_copied() =>
        PassesOver(PassedOverReason.Imported, Ask(SelectionMode.ByHand, Source("FIIII") with { Imported = true }));

    [Fact]
    public void Points_of_an_imported_backup_are_copied_when_the_job_names_it() =>
        Takes(5, Ask(SelectionMode.ByHand, Source("FIIII") with { Imported = true, NamedByJob = true }));

    [Fact]
    public void Incomplete_points_are_not_copied()
    {
        var source = With(Source("FIIII"), point => point with { IsComplete = point.Sequence < 4 });

        var result = PointSelection.Select(Ask(SelectionMode.ByHand, source));

        Assert.Equal(Chains.Id(3, 1), result.Point?.Id);
        Assert.Equal([(5L, PassedOverReason.Incomplete)], result.PassedOver.Select(p => (p.Point.Sequence, p.Reason)));
    }

    [Fact]
    public void A_point_the_target_has_a_copy_of_is_not_copied() =>
        PassesOver(PassedOverReason.AlreadyCopied, Ask(SelectionMode.ByHand, Source("FIIII"), Target(copyOf: 5)));

    [Fact]
    public void A_point_of_the_same_time_and_root_is_not_copied()
    {
        var copy = Chains.Point(5) with { Id = PointId.New(), Sequence = 1 };

        PassesOver(PassedOverReason.AlreadyCopied, Ask(SelectionMode.ByHand, Source("FIIII"), Target(copy)));
    }

    [Fact]
    public void A_point_of_the_same_time_and_another_root_is_not_newer()
    {
        var other = Chains.Point(5) with { Id = PointId.New(), Root = Digest.Of([1]), Sequence = 1 };

        PassesOver(PassedOverReason.NotNewer, Ask(SelectionMode.ByHand, Source("FIIII"), Target(other)));
    }

    [Fact]
    public void A_point_that_the_seed_holds_itself_is_not_copied() =>
        PassesOver(
            PassedOverReason.AlreadyCopied,
            Ask(SelectionMode.ByHand, Source("FIIII"), new(Chains.Machine, "web", Chains.Of("FIIII")))
        );

    [Fact]
    public void Points_between_copied_ones_are_never_filled_in() =>
        PassesOver(
            PassedOverReason.NotNewer,
            Ask(
                SelectionMode.ByHand,
                With(Source("FIIII"), p => p with { IsComplete = p.Sequence != 5 }),
                Target(copyOf: 5)
            )
        );

    [Fact]
    public void Newer_is_told_by_the_sequence_number_where_the_target_came_from_that_chain()
    {
        // The copy is dated after every source point, as after a clock was set back.
        var copy = Copy(of: 3) with
        {
            CreatedAt = Chains.Start.AddYears(1),
        };

        Takes(5, Ask(SelectionMode.ByHand, Source("FIIII"), Target(copy)));
    }

    [Fact]
    public void Newer_is_told_by_the_sequence_number_of_a_point_that_has_aged_out()
    {
        var copy = Copy(of: 3) with { CreatedAt = Chains.Start.AddYears(1) };
        var source = Source("FIIII");
        var aged = source with
        {
            Chain = source.Chain with { Points = [.. source.Chain.Points.Skip(3)] },
            FormerPoints = new Dictionary<PointId, long> { [Chains.Id(3, 1)] = 3 },
        };

        Takes(5, Ask(SelectionMode.ByHand, aged, Target(copy)));
        PassesOver(
            PassedOverReason.NotNewer,
            Ask(SelectionMode.ByHand, aged with { FormerPoints = new Dictionary<PointId, long>() }, Target(copy))
        );
    }

    [Fact]
    public void Newer_is_told_by_creation_time_against_another_chain()
    {
        var foreign = Chains.Point(90, series: 7) with { CreatedAt = Chains.Start.AddDays(2) };

        var result = PointSelection.Select(Ask(SelectionMode.Immediate, Source("FIIII"), Target(foreign)));

        Assert.Equal(Chains.Id(4, 1), result.Point?.Id);
    }

    [Fact]
    public void Immediate_takes_every_new_point_oldest_first()
    {
        var target = Target(copyOf: 2);
        var taken = new List<long>();
        while (PointSelection.Select(Ask(SelectionMode.Immediate, Source("FIIII"), target)).Point is { } point)
        {
            taken.Add(point.Sequence);
            target = target with { Points = [.. target.Points, Copy(point.Sequence)] };
        }

        Assert.Equal([3, 4, 5], taken);
    }

    [Fact]
    public void Among_several_backups_the_newest_point_is_taken()
    {
        var result = PointSelection.Select(
            Ask(SelectionMode.ByHand, Source("FII")) with
            {
                Sources = [Source("FII"), Source("FIIII", 2), Source("FI", 3)],
            }
        );

        Assert.Equal(Chains.Id(5, 2), result.Point?.Id);
        Assert.Equal("nightly2", result.Source?.BackupName);
    }

    [Fact]
    public void A_copy_of_a_copy_is_known_as_the_same_point()
    {
        var relay = With(Source("FIIII", 2), point => point with { SourcePoint = Chains.Id(point.Sequence, 1) });

        PassesOver(PassedOverReason.AlreadyCopied, Ask(SelectionMode.ByHand, relay, Target(copyOf: 5)));
    }

    [Fact]
    public void Without_any_source_point_the_machine_is_idle() =>
        Assert.Contains(
            "no restore point of this machine",
            PointSelection.Select(Ask(SelectionMode.FirstRun, Source(""))).IdleReason,
            StringComparison.Ordinal
        );

    private static SelectionRequest Ask(SelectionMode mode, SourceChain source, MachineChain? target = null) =>
        new()
        {
            Mode = mode,
            Now = s_now,
            Interval = TimeSpan.FromDays(1),
            TargetRepository = s_target,
            Sources = [source],
            Target = target,
        };

    private static SourceChain Source(string kinds, int series = 1) =>
        new()
        {
            Backup = new(new Guid(series, 0, 0, new byte[8])),
            BackupName = $"nightly{series}",
            Repository = s_here,
            Chain = new(Chains.Machine, "web", Chains.Of(kinds, series)),
        };

    private static SourceChain With(SourceChain source, Func<RestorePoint, RestorePoint> change) =>
        source with
        {
            Chain = source.Chain with { Points = [.. source.Chain.Points.Select(change)] },
        };

    private static RestorePoint Copy(long of) =>
        Chains.Point(of) with
        {
            Id = Chains.Id(of, 9),
            SourcePoint = Chains.Id(of, 1),
        };

    private static MachineChain Target(long copyOf) => Target(Copy(copyOf));

    private static MachineChain Target(RestorePoint newest) => new(Chains.Machine, "web", [newest]);

    private static void Takes(long number, SelectionRequest request)
    {
        var result = PointSelection.Select(request);

        Assert.Equal(Chains.Id(number, 1), result.Point?.Id);
        Assert.NotNull(result.Source);
        Assert.Null(result.IdleReason);
        Assert.Null(result.Error);
    }

    private static void PassesOver(PassedOverReason reason, SelectionRequest request)
    {
        var result = PointSelection.Select(request);

        Assert.Null(result.Point);
        Assert.Null(result.Error);
        Assert.NotNull(result.IdleReason);
        Assert.Contains(result.PassedOver, point => point.Reason == reason);
    }
}
