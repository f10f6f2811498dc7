using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Core.Tests.Backups;
using Xunit;
using static Longhaul.Core.Tests.Mapping.Mappings;

namespace Longhaul.Core.Tests.Mapping;

/// <summary>Each check that refuses, but those about machines.</summary>
public sealed class MappingRefusalTests
{
    [Fact]
    public void Mapping_other_repository_is_refused()
    {
        var seed = Seed with { Repository = RepositoryId.New(), RepositoryName = "usb" };

        var check = Refused(MappingCodes.OtherRepository, seed, Job);

        Assert.Contains("'usb'", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_unsupported_is_refused_with_its_number()
    {
        var check = Refused(MappingCodes.Unsupported, Seed with { UnsupportedFormat = 7 }, Job);

        Assert.Contains("format 7", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_duplicate_is_refused_with_the_other_folders()
    {
        var check = Refused(MappingCodes.Duplicate, Seed with { Duplicates = ["carried-2"] }, Job);

        Assert.Contains("carried-2", check.Message, StringComparison.Ordinal);
        Assert.Contains("longhaul backup adopt-copy", check.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JobKind.Copy, BackupOrigin.Backup, true)]
    [InlineData(JobKind.Copy, BackupOrigin.Copy, true)]
    [InlineData(JobKind.Copy, BackupOrigin.AgentStandalone, false)]
    [InlineData(JobKind.Copy, BackupOrigin.AgentManaged, false)]
    [InlineData(JobKind.Copy, BackupOrigin.AgentCopyStandalone, false)]
    [InlineData(JobKind.Copy, BackupOrigin.AgentCopyManaged, false)]
    [InlineData(JobKind.AgentCopy, BackupOrigin.Backup, false)]
    [InlineData(JobKind.AgentCopy, BackupOrigin.Copy, false)]
    [InlineData(JobKind.AgentCopy, BackupOrigin.AgentStandalone, true)]
    [InlineData(JobKind.AgentCopy, BackupOrigin.AgentManaged, true)]
    [InlineData(JobKind.AgentCopy, BackupOrigin.AgentCopyStandalone, true)]
    [InlineData(JobKind.AgentCopy, BackupOrigin.AgentCopyManaged, true)]
    public void Mapping_kind_is_refused_between_machines_and_agents(JobKind kind, BackupOrigin origin, bool fits)
    {
        var check = Check(MappingCodes.Kind, Seed with { Origin = origin }, With(job => job with { Kind = kind }));

        Assert.Equal(fits ? Verdict.Ok : Verdict.Refused, check.Verdict);
    }

    [Theory]
    [InlineData(BackupOrigin.AgentStandalone, true)]
    [InlineData(BackupOrigin.AgentCopyStandalone, true)]
    [InlineData(BackupOrigin.AgentManaged, false)]
    [InlineData(BackupOrigin.AgentCopyManaged, false)]
    public void Mapping_agent_managed_is_refused_by_the_backups_origin(BackupOrigin origin, bool fits)
    {
        var job = With(job => job with { Kind = JobKind.AgentCopy });

        if (fits)
        {
            Assert.Equal(Verdict.Ok, MappingJudge.Judge(Seed with { Origin = origin }, job).Verdict);
        }
        else
        {
            Refused(MappingCodes.AgentManaged, Seed with { Origin = origin }, job);
        }
    }

    [Theory]
    [InlineData(BackupOrigin.AgentManaged)]
    [InlineData(BackupOrigin.AgentCopyManaged)]
    public void Mapping_agent_managed_is_refused_for_one_point_written_by_such_a_job(BackupOrigin writer)
    {
        var points = Chains.Of("FII").Select((point, i) => i == 1 ? point with { WrittenBy = writer } : point);
        var seed = WithPoints([.. points]) with { Origin = BackupOrigin.AgentStandalone };

        var check = Refused(MappingCodes.AgentManaged, seed, With(job => job with { Kind = JobKind.AgentCopy }));

        Assert.Contains(Chains.Id(2, 1).ToString(), check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_reverse_incremental_is_refused_with_the_way_out()
    {
        var check = Refused(MappingCodes.ReverseIncremental, WithPoints("RRF"), Job);

        Assert.Contains("web", check.Message, StringComparison.Ordinal);
        Assert.Contains("longhaul backup convert offsite/carried --to forward", check.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RRFI")]
    [InlineData("FIRF")]
    public void Mapping_mixed_chain_is_refused_with_the_way_out(string kinds)
    {
        // Sources of ten points: the seed is never the newer.
        var job = Job with
        {
            Machines = [Machine("FIIIIIIIII")],
        };

        var check = Refused(MappingCodes.MixedChain, WithPoints(kinds), job);

        Assert.Contains("longhaul backup convert offsite/carried --to forward", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_reverse_incremental_looks_at_every_chain_of_the_backup()
    {
        var seed = Seed with { Chains = [.. Seed.Chains, new(MachineId.New(), "old", Chains.Of("RF", 5))] };

        Assert.Contains("old", Refused(MappingCodes.ReverseIncremental, seed, Job).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_seed_encrypted_is_refused_when_the_job_is_not()
    {
        var seed = Seed with { Encrypted = true, Unlocked = true };

        Refused(MappingCodes.SeedEncrypted, seed, Job);
        Assert.Equal(Verdict.Ok, MappingJudge.Judge(seed, With(job => job with { Encrypt = true })).Verdict);
    }

    [Fact]
    public void Mapping_seed_not_encrypted_is_refused_with_the_way_out()
    {
        var check = Refused(MappingCodes.SeedNotEncrypted, Seed, With(job => job with { Encrypt = true }));

        Assert.Contains("longhaul backup encrypt offsite/carried", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_seed_locked_is_refused_without_the_seeds_password()
    {
        var job = With(job => job with { Encrypt = true });

        var check = Refused(MappingCodes.SeedLocked, Seed with { Encrypted = true }, job);

        Assert.Contains("--seed-password-file", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_incomplete_chain_is_refused_and_says_what_is_missing()
    {
        var check = Refused(
            MappingCodes.IncompleteChain,
            Seed with
            {
                Incomplete = ["segment segments/ab.1.seg is missing"],
            },
            Job
        );

        Assert.Contains("segments/ab.1.seg", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_incomplete_chain_is_refused_for_a_point_known_to_be_damaged()
    {
        var points = Chains.Of("FII").Select((point, i) => point with { IsComplete = i != 0 });

        var check = Refused(MappingCodes.IncompleteChain, WithPoints([.. points]), Job);

        Assert.Contains(Chains.Id(1, 1).ToString(), check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_incomplete_chain_is_refused_when_a_parent_is_missing()
    {
        var check = Refused(MappingCodes.IncompleteChain, WithPoints([.. Chains.Of("FII").Skip(1)]), Job);

        Assert.Contains("no older point", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_owned_is_refused_and_says_by_whom()
    {
        var seed = Seed with { Owner = new(JobId.New(), "other", Server: null, Target) };

        var check = Refused(MappingCodes.Owned, seed, Job);

        Assert.Contains("'other'", check.Message, StringComparison.Ordinal);
        Assert.Contains("longhaul job unmap other", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_owned_by_a_job_of_another_server_is_refused_with_the_way_out()
    {
        var seed = Seed with { Owner = new(JobId.New(), "", "branch", Target) };

        var check = Refused(MappingCodes.Owned, seed, Job);

        Assert.Contains("'branch'", check.Message, StringComparison.Ordinal);
        Assert.Contains("longhaul backup detach offsite/carried", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_owned_is_no_matter_for_the_owner_itself_nor_in_a_carried_copy()
    {
        IsOk(MappingCodes.Owned, Seed with { Owner = new(Job.Job.Id, "wan", null, Target) }, Job);
        IsOk(MappingCodes.Owned, Seed with { Owner = new(JobId.New(), "other", null, RepositoryId.New()) }, Job);
    }

    [Fact]
    public void Mapping_busy_is_refused_and_says_who_and_since_when()
    {
        var check = Refused(MappingCodes.Busy, Seed with { Busy = new("job 'wan' on branch", Now) }, Job);

        Assert.Contains("job 'wan' on branch since 2026-11-07T02:00:00Z", check.Message, StringComparison.Ordinal);
    }
}
