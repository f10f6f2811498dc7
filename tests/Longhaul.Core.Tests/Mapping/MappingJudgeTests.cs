using Longhaul.Core.Backups;
using Longhaul.Core.Mapping;
using Longhaul.Core.Tests.Backups;
using Xunit;
using static Longhaul.Core.Tests.Mapping.Mappings;

namespace Longhaul.Core.Tests.Mapping;

/// <summary>The verdict as a whole; its single checks are in the files beside this one.</summary>
public sealed class MappingJudgeTests
{
    [Fact]
    public void Every_check_is_listed_in_the_order_of_consequence() =>
        Assert.Equal(
            [
                "mapping.other-repository",
                "mapping.unsupported",
                "mapping.duplicate",
                "mapping.kind",
                "mapping.agent-managed",
                "mapping.reverse-incremental",
                "mapping.mixed-chain",
                "mapping.seed-encrypted",
                "mapping.seed-not-encrypted",
                "mapping.seed-locked",
                "mapping.incomplete-chain",
                "mapping.owned",
                "mapping.busy",
                "mapping.no-common-machine",
                "mapping.ambiguous-machine",
                "mapping.machine-missing",
                "mapping.content-differs",
                "mapping.disk-changed",
                "mapping.block-size",
                "mapping.seed-newer",
                "mapping.unverified",
                "mapping.retention",
                "mapping.protected",
            ],
            MappingJudge.Judge(Seed, Job).Checks.Select(check => check.Code)
        );

    [Fact]
    public void A_fitting_seed_is_ok_and_every_check_says_so_in_one_sentence()
    {
        var verdict = MappingJudge.Judge(Seed, Job);

        Assert.Equal(Verdict.Ok, verdict.Verdict);
        Assert.Null(verdict.FirstRefusal);
        Assert.All(verdict.Checks, check => Assert.Equal(Verdict.Ok, check.Verdict));
        Assert.All(verdict.Checks, check => Assert.Empty(check.Hint));
        Assert.All(verdict.Checks, check => Assert.EndsWith(".", check.Message, StringComparison.Ordinal));
        Assert.Equal(
            [new(Chains.Machine, "web", Chains.Machine, "web", MatchedBy.Id, Chains.Id(3, 1))],
            verdict.Machines
        );
        Assert.Empty(verdict.PointsToRemove);
        Assert.Empty(verdict.PointsToPin);
    }

    [Fact]
    public void The_worst_check_is_the_verdict_and_the_first_refusal_leads()
    {
        var seed = WithPoints("RRF") with
        {
            UnverifiedSince = Now,
            Busy = new("job 'other'", Now),
            Encrypted = true,
            Unlocked = true,
        };

        var verdict = MappingJudge.Judge(seed, Job);

        Assert.Equal(Verdict.Refused, verdict.Verdict);
        Assert.Equal(MappingCodes.ReverseIncremental, verdict.FirstRefusal?.Code);
        Assert.Equal(
            [MappingCodes.ReverseIncremental, MappingCodes.SeedEncrypted, MappingCodes.Busy],
            verdict.Checks.Where(check => check.Verdict == Verdict.Refused).Select(check => check.Code)
        );
        Assert.Equal(Verdict.Warning, MappingJudge.Judge(Seed with { UnverifiedSince = Now }, Job).Verdict);
    }

    [Fact]
    public void A_refused_mapping_is_an_error_with_the_first_refusal_and_the_whole_verdict()
    {
        var verdict = MappingJudge.Judge(WithPoints("RRF") with { Duplicates = ["carried-2"] }, Job);

        var error = Errors.MappingRefused(verdict);

        Assert.Equal("mapping.duplicate", error.Code);
        Assert.Equal(verdict.FirstRefusal?.Message, error.Message);
        Assert.Equal(verdict.FirstRefusal?.Hint, error.Hint);
        Assert.Equal("refused", error.Details["verdict"]);
        Assert.Equal("carried", error.Details["backup"]);
        var checks = Assert.IsType<List<Dictionary<string, object?>>>(error.Details["checks"]);
        Assert.Equal(MappingJudge.Codes, checks.Select(check => check["code"]));
        var machine = Assert.Single(Assert.IsType<List<Dictionary<string, object?>>>(error.Details["machines"]));
        Assert.Equal("id", machine["matchedBy"]);
    }

    [Fact]
    public void A_verdict_that_refuses_nothing_makes_no_error() =>
        Assert.Throws<ArgumentException>(() => Errors.MappingRefused(MappingJudge.Judge(Seed, Job)));

    [Fact]
    public void Foreign_machines_are_named()
    {
        var seed = Seed with { Chains = [.. Seed.Chains, new(MachineId.New(), "old", Chains.Of("FI", 5))] };

        Assert.Equal(["old"], MappingJudge.Judge(seed, Job).ForeignMachines);
    }

    [Fact]
    public void A_locked_seed_is_judged_by_what_can_be_read()
    {
        var points = Chains.Of("FII").Select(point => point with { Disks = [], Root = default });
        var seed = Seed with { Chains = [new(Chains.Machine, "", [.. points])], Encrypted = true };

        Refused(MappingCodes.SeedLocked, seed, With(job => job with { Encrypt = true }));
    }

    [Fact]
    public void A_seed_of_points_from_other_jobs_is_fine()
    {
        var points = Chains.Of("FII").Select(point => point with { WrittenBy = BackupOrigin.Copy, Job = JobId.New() });

        Assert.Equal(Verdict.Ok, MappingJudge.Judge(WithPoints([.. points]), Job).Verdict);
    }
}
