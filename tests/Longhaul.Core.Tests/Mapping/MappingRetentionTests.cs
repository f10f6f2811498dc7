using Longhaul.Core.Mapping;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;
using static Longhaul.Core.Tests.Mapping.Mappings;

namespace Longhaul.Core.Tests.Mapping;

/// <summary>What the job's retention means for the seed's points.</summary>
public sealed class MappingRetentionTests
{
    [Theory]
    [InlineData(4, 0)] // three in the seed, and the one that the first run adds
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    public void Mapping_retention_warns_how_many_points_would_go(int keep, int going)
    {
        var job = With(job => job with { Keep = keep });

        var verdict = MappingJudge.Judge(Seed, job);

        Assert.Equal(going == 0 ? Verdict.Ok : Verdict.Warning, verdict.Verdict);
        Assert.Equal(
            Enumerable
                .Range(1, going)
                .Select(number => new SeedPoint(Chains.Id(number, 1), Chains.Start.AddDays(number - 1))),
            verdict.PointsToRemove
        );
    }

    [Fact]
    public void Mapping_retention_says_the_oldest_that_stays()
    {
        var check = Warns(MappingCodes.Retention, Seed, With(job => job with { Keep = 2 }));

        Assert.Contains("would remove 2 of the seed's points", check.Message, StringComparison.Ordinal);
        Assert.Contains("2026-11-03T02:00:00Z", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_retention_counts_no_new_point_when_there_is_none_to_copy()
    {
        var job = With(job => job with { Keep = 3 }) with { Machines = [Machine("FII")] };

        IsOk(MappingCodes.Retention, Seed, job);
    }

    [Fact]
    public void Mapping_retention_pins_every_point_of_the_seed_unless_asked_to_apply()
    {
        var job = With(job => job with { Keep = 2 });

        var kept = MappingJudge.Judge(Seed, job);
        var applied = MappingJudge.Judge(Seed, job with { ApplyRetentionToSeed = true });

        Assert.Equal([Chains.Id(1, 1), Chains.Id(2, 1), Chains.Id(3, 1)], kept.PointsToPin);
        Assert.Empty(applied.PointsToPin);
        Assert.Equal(kept.PointsToRemove, applied.PointsToRemove);
    }

    [Fact]
    public void Mapping_retention_leaves_foreign_machines_alone()
    {
        var seed = Seed with { Chains = [.. Seed.Chains, new(MachineId.New(), "old", Chains.Of("FIIIIIII", 5))] };

        Assert.Equal(Verdict.Ok, MappingJudge.Judge(seed, With(job => job with { Keep = 4 })).Verdict);
    }

    [Fact]
    public void Mapping_retention_names_what_the_first_run_then_removes()
    {
        var job = With(job => job with { Keep = 2 }) with { ApplyRetentionToSeed = true };
        var copied = ChainEditor.Append(Chains.Of("FII"), Chains.Point(4), NewPointKind.Increment).Points;

        var plan = RetentionPlanner.Plan(copied, RetentionPolicy.Of(job.Job));

        Assert.Equal(
            MappingJudge.Judge(Seed, job).PointsToRemove.Select(point => point.Id),
            plan.Remove.Select(removal => removal.Point)
        );
    }

    [Theory]
    [InlineData(1, 69, false)] // seven are kept: with the point of the 5th the oldest is the fourth, and goes on the 9th
    [InlineData(1, 70, true)]
    [InlineData(3, 117, false)] // and the newest on the 11th
    [InlineData(3, 118, true)]
    public void Mapping_protected_warns_with_dates_beyond_the_jobs_retention(long point, int hours, bool warns)
    {
        var until = Now.AddHours(hours);
        var seed = Seed with { Protected = [new(Chains.Id(point, 1), until)] };

        var check = Check(MappingCodes.Protected, seed, Job);

        Assert.Equal(warns ? Verdict.Warning : Verdict.Ok, check.Verdict);
        Assert.Equal(warns, check.Message.Contains($"until {until:yyyy-MM-dd'T'HH:mm:ss}Z", StringComparison.Ordinal));
    }

    [Fact]
    public void Mapping_protected_points_are_not_among_those_that_go()
    {
        var seed = Seed with { Protected = [new(Chains.Id(1, 1), Now.AddDays(90))] };

        var verdict = MappingJudge.Judge(seed, With(job => job with { Keep = 2 }));

        Assert.Equal([Chains.Id(2, 1)], verdict.PointsToRemove.Select(point => point.Id));
    }

    [Fact]
    public void Mapping_protected_copes_with_a_retention_beyond_the_calendar()
    {
        var seed = Seed with { Protected = [new(Chains.Id(1, 1), DateTimeOffset.MaxValue)] };

        IsOk(MappingCodes.Protected, seed, With(job => job with { Keep = int.MaxValue }));
    }
}
