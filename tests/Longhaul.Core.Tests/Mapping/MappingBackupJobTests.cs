using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Xunit;
using static Longhaul.Core.Tests.Mapping.Mappings;

namespace Longhaul.Core.Tests.Mapping;

/// <summary>A backup job may continue an existing backup of the same machines and method.</summary>
public sealed class MappingBackupJobTests
{
    private static JobFacts Backups(BackupMethod method, JobKind kind = JobKind.Backup) =>
        With(job => job with { Kind = kind, Method = method });

    [Theory]
    [InlineData("FIII", BackupMethod.ForeverForward, Verdict.Ok)]
    [InlineData("FIFI", BackupMethod.Forward, Verdict.Ok)]
    [InlineData("RRF", BackupMethod.Reverse, Verdict.Ok)]
    [InlineData("F", BackupMethod.Reverse, Verdict.Ok)]
    [InlineData("FIII", BackupMethod.Reverse, Verdict.Refused)]
    public void Mapping_kind_asks_for_the_same_method(string chain, BackupMethod method, Verdict expected) =>
        Assert.Equal(expected, VerdictOf("mapping.kind", chain, Backups(method)));

    [Theory]
    [InlineData(BackupMethod.ForeverForward)]
    [InlineData(BackupMethod.Forward)]
    public void Mapping_reverse_incremental_is_refused_for_a_job_that_goes_on_forwards(BackupMethod method) =>
        Assert.Equal(Verdict.Refused, VerdictOf("mapping.reverse-incremental", "RRF", Backups(method)));

    [Fact]
    public void Mapping_reverse_incremental_is_what_a_reverse_job_goes_on_with() =>
        Assert.Equal(Verdict.Ok, VerdictOf("mapping.reverse-incremental", "RRF", Backups(BackupMethod.Reverse)));

    [Theory]
    [InlineData(JobKind.Backup, BackupOrigin.Copy)]
    [InlineData(JobKind.Backup, BackupOrigin.AgentStandalone)]
    [InlineData(JobKind.AgentBackup, BackupOrigin.Backup)]
    [InlineData(JobKind.AgentBackup, BackupOrigin.AgentManaged)]
    public void Mapping_kind_refuses_what_another_kind_of_job_made(JobKind kind, BackupOrigin origin) =>
        Assert.Equal(
            Verdict.Refused,
            VerdictOf("mapping.kind", "FI", Backups(BackupMethod.ForeverForward, kind), origin)
        );

    [Fact]
    public void A_backup_job_is_never_idle_for_a_newer_seed() =>
        Assert.Equal(Verdict.Ok, VerdictOf("mapping.seed-newer", "FI", Backups(BackupMethod.ForeverForward)));

    [Fact]
    public void Retention_counts_the_point_the_first_run_makes()
    {
        var job = With(job => job with { Kind = JobKind.Backup, Keep = 3 });

        Assert.Single(MappingJudge.Judge(WithPoints("FII"), job).PointsToRemove);
    }

    private static Verdict VerdictOf(
        string code,
        string chain,
        JobFacts job,
        BackupOrigin origin = BackupOrigin.Backup
    ) => Check(code, WithPoints(chain) with { Origin = origin }, job).Verdict;
}
