using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Core.Tests.Backups;
using Xunit;
using static Longhaul.Core.Tests.Mapping.Mappings;

namespace Longhaul.Core.Tests.Mapping;

/// <summary>The checks of which machine is which, and of what it holds.</summary>
public sealed class MappingMachineTests
{
    private static readonly JobMachine s_stranger = new(MachineId.New(), "mail", Chains.Point(1).Disks, null, []);

    [Fact]
    public void Mapping_no_common_machine_is_refused()
    {
        var check = Refused(MappingCodes.NoCommonMachine, Seed, Job with { Machines = [s_stranger] });

        Assert.Contains("the backup has web", check.Message, StringComparison.Ordinal);
        Assert.Contains("--pair", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_no_common_machine_is_refused_for_a_backup_without_points() =>
        Refused(MappingCodes.NoCommonMachine, WithPoints(""), Job);

    [Fact]
    public void Mapping_ambiguous_machine_is_refused_until_the_user_names_the_pair()
    {
        var (left, right) = (MachineId.New(), MachineId.New());
        var seed = Seed with { Chains = [new(left, "web", Chains.Of("FII")), new(right, "web", Chains.Of("FI", 2))] };

        var check = Refused(MappingCodes.AmbiguousMachine, seed, Job);

        Assert.Contains(left.ToString(), check.Message, StringComparison.Ordinal);
        Assert.Contains(right.ToString(), check.Message, StringComparison.Ordinal);
        var named = MappingJudge.Judge(seed, Job with { Pairs = [new(Chains.Machine, left)] });
        Assert.Equal(Verdict.Ok, named.Verdict);
        Assert.Equal((left, MatchedBy.Pair), (named.Machines[0].SeedMachine, named.Machines[0].MatchedBy));
    }

    [Fact]
    public void Mapping_machine_missing_warns_of_a_full()
    {
        var job = Job with { Machines = [Machine(), s_stranger] };

        var check = Warns(MappingCodes.MachineMissing, Seed, job);

        Assert.Contains("mail", check.Message, StringComparison.Ordinal);
        Assert.Contains("full", check.Message, StringComparison.Ordinal);
        Assert.Equal(new(s_stranger.Id, "mail", null, null, null, null), MappingJudge.Judge(Seed, job).Machines[1]);
    }

    [Fact]
    public void Mapping_machine_missing_says_when_the_seed_has_that_name_with_other_disks()
    {
        var seed = Seed with { Chains = [.. Seed.Chains, new(MachineId.New(), "mail", Chains.Of("F", 2))] };
        var mail = s_stranger with { Disks = [new("disk0", new ByteSize(5))] };

        var check = Warns(MappingCodes.MachineMissing, seed, Job with { Machines = [Machine(), mail] });

        Assert.Contains("mail by name, but with other disks", check.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 51, Verdict.Warning)]
    [InlineData(100, 50, Verdict.Ok)]
    [InlineData(0, 0, Verdict.Ok)]
    public void Mapping_content_differs_warns_above_half_of_the_compared_blocks(
        long compared,
        long differing,
        Verdict verdict
    )
    {
        var job = MatchedByName() with { Comparisons = [new(s_renumbered, compared, differing)] };

        Assert.Equal(verdict, Check(MappingCodes.ContentDiffers, Seed, job).Verdict);
    }

    [Fact]
    public void Mapping_content_differs_makes_it_a_full_that_needs_consent()
    {
        var job = MatchedByName() with { Comparisons = [new(s_renumbered, 10, 10)] };

        var check = Warns(MappingCodes.ContentDiffers, Seed, job);

        Assert.Contains("longhaul job run wan --full", check.Hint, StringComparison.Ordinal);
        var machine = Assert.Single(MappingJudge.Judge(Seed, job).Machines);
        Assert.Equal(MatchedBy.Name, machine.MatchedBy);
        Assert.Null(machine.Baseline);
    }

    [Fact]
    public void Mapping_content_differs_does_not_doubt_an_id_or_a_pair()
    {
        IsOk(MappingCodes.ContentDiffers, Seed, Job with { Comparisons = [new(Chains.Machine, 10, 10)] });
        IsOk(
            MappingCodes.ContentDiffers,
            Seed,
            MatchedByName() with
            {
                Pairs = [new(s_renumbered, Chains.Machine)],
                Comparisons = [new(s_renumbered, 10, 10)],
            }
        );
    }

    [Fact]
    public void Mapping_disk_changed_warns_of_disks_added_removed_and_resized()
    {
        var seed = WithDisks(new DiskLayout("disk0", new ByteSize(512)), new DiskLayout("old", new ByteSize(512)));
        var disks = new[] { new DiskLayout("disk0", new ByteSize(1024)), new DiskLayout("new", new ByteSize(512)) };
        var job = Job with { Machines = [Machine() with { Disks = disks }] };

        var check = Warns(MappingCodes.DiskChanged, seed, job);

        Assert.Contains("web/disk0 was resized from 512 B to 1024 B", check.Message, StringComparison.Ordinal);
        Assert.Contains("web/new was added", check.Message, StringComparison.Ordinal);
        Assert.Contains("web/old was removed", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_disk_changed_does_not_mind_the_order_of_disks()
    {
        var (a, b) = (new DiskLayout("a", new ByteSize(1)), new DiskLayout("b", new ByteSize(2)));

        IsOk(MappingCodes.DiskChanged, WithDisks(a, b), Job with { Machines = [Machine() with { Disks = [b, a] }] });
    }

    [Fact]
    public void Mapping_block_size_warns_that_the_source_is_recut()
    {
        var check = Warns(MappingCodes.BlockSize, Seed with { BlockSize = 1 << 18 }, Job);

        Assert.Contains("262144", check.Message, StringComparison.Ordinal);
        Assert.Contains("re-cut", check.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FII")]
    [InlineData("FI")]
    [InlineData("")]
    public void Mapping_seed_newer_warns_that_the_job_is_idle(string source)
    {
        var check = Warns(MappingCodes.SeedNewer, Seed, Job with { Machines = [Machine(source)] });

        Assert.Contains("web", check.Message, StringComparison.Ordinal);
        Assert.Contains("idle", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapping_unverified_warns_since_when()
    {
        var check = Warns(MappingCodes.Unverified, Seed with { UnverifiedSince = Now }, Job);

        Assert.Contains("2026-11-07T02:00:00Z", check.Message, StringComparison.Ordinal);
    }

    private static readonly MachineId s_renumbered = MachineId.New();

    private static JobFacts MatchedByName() => Job with { Machines = [Machine() with { Id = s_renumbered }] };
}
