using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Core.Selection;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Mapping;

/// <summary>A seed and a copy job for which every check is ok; tests change one thing.</summary>
internal static class Mappings
{
    public static readonly RepositoryId Target = RepositoryId.New();

    /// <summary>Two days after the fifth source point; the seed holds the first three.</summary>
    public static readonly DateTimeOffset Now = Chains.Start.AddDays(6);

    public static SeedFacts Seed { get; } =
        new()
        {
            BackupId = BackupId.New(),
            InstanceId = InstanceId.New(),
            Name = "carried",
            Repository = Target,
            RepositoryName = "offsite",
            Origin = BackupOrigin.Copy,
            BlockSize = 1 << 20,
            Chains = [new(Chains.Machine, "web", Chains.Of("FII"))],
        };

    public static JobFacts Job { get; } =
        new()
        {
            Job = new()
            {
                Id = JobId.New(),
                Name = "wan",
                Kind = JobKind.Copy,
                Repository = Target,
                Sources = [],
            },
            RepositoryName = "offsite",
            Machines = [Machine()],
            Now = Now,
        };

    /// <summary>The machine of every chain in <see cref="Chains"/>, with five source points.</summary>
    public static JobMachine Machine(string kinds = "FIIII") =>
        new(Chains.Machine, "web", Chains.Point(1).Disks, 1 << 20, [Source(kinds)]);

    public static SourceChain Source(string kinds) =>
        new()
        {
            Backup = BackupId.New(),
            BackupName = "nightly",
            Repository = RepositoryId.New(),
            Chain = new(Chains.Machine, "web", Chains.Of(kinds)),
        };

    public static JobFacts With(Func<JobDefinition, JobDefinition> change) => Job with { Job = change(Job.Job) };

    public static SeedFacts WithPoints(string kinds) => WithPoints(Chains.Of(kinds));

    public static SeedFacts WithPoints(IReadOnlyList<RestorePoint> points) =>
        Seed with
        {
            Chains = [new(Chains.Machine, "web", points)],
        };

    public static SeedFacts WithDisks(params IReadOnlyList<DiskLayout> disks) =>
        WithPoints([.. Chains.Of("FII").Select(point => point with { Disks = disks })]);

    /// <summary>Judges, and gives the check with that code.</summary>
    public static MappingCheck Check(string code, SeedFacts seed, JobFacts job) =>
        MappingJudge.Judge(seed, job).Checks.Single(check => check.Code == code);

    /// <summary>Asserts that this check, and no other, refuses.</summary>
    public static MappingCheck Refused(string code, SeedFacts seed, JobFacts job) =>
        Only(code, Verdict.Refused, seed, job);

    /// <summary>Asserts that this check, and no other, warns.</summary>
    public static MappingCheck Warns(string code, SeedFacts seed, JobFacts job) =>
        Only(code, Verdict.Warning, seed, job);

    public static void IsOk(string code, SeedFacts seed, JobFacts job) =>
        Assert.Equal(Verdict.Ok, Check(code, seed, job).Verdict);

    private static MappingCheck Only(string code, Verdict expected, SeedFacts seed, JobFacts job)
    {
        var verdict = MappingJudge.Judge(seed, job);
        var check = Assert.Single(verdict.Checks, check => check.Verdict == expected);
        Assert.Equal(code, check.Code);
        Assert.NotEmpty(check.Hint);
        Assert.Equal(expected == Verdict.Refused ? check : null, verdict.FirstRefusal);
        return check;
    }
}
