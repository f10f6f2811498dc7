using Longhaul.Core.Backups;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Mapping;

public sealed class MachineMatcherTests
{
    private static readonly DiskLayout s_disk = new("disk0", new ByteSize(1 << 20));
    private static readonly DiskLayout s_second = new("disk1", new ByteSize(1 << 20));

    [Fact]
    public void An_id_wins_over_a_name()
    {
        var web = Machine("web", s_disk);
        var byName = Chain("web", s_disk);
        var byId = Chain("renamed", s_second) with { MachineId = web.Id };

        var match = MachineMatcher.Match([web], [byName, byId], []);

        Assert.Equal([new(web, byId, MatchedBy.Id)], match.Matched);
        Assert.Equal([byName], match.Foreign);
    }

    [Fact]
    public void A_name_with_the_same_disks_in_any_order_matches()
    {
        var web = Machine("web", s_disk, s_second);
        var seed = Chain("web", s_second, s_disk);

        Assert.Equal([new(web, seed, MatchedBy.Name)], MachineMatcher.Match([web], [seed], []).Matched);
    }

    [Fact]
    public void A_name_with_other_disks_does_not_match()
    {
        var web = Machine("web", s_disk);
        var resized = Chain("web", new DiskLayout("disk0", new ByteSize(2 << 20)));
        var added = Chain("web", s_disk, s_second);

        var match = MachineMatcher.Match([web], [resized, added], []);

        Assert.Equal([web], match.Missing);
        Assert.Equal([resized, added], match.Foreign);
    }

    [Fact]
    public void Another_name_or_unknown_disks_do_not_match()
    {
        Assert.Empty(MachineMatcher.Match([Machine("web", s_disk)], [Chain("WEB", s_disk)], []).Matched);
        Assert.Empty(MachineMatcher.Match([Machine("web")], [Chain("web")], []).Matched);
    }

    [Fact]
    public void A_pair_wins_over_id_and_name()
    {
        var web = Machine("web", s_disk);
        var byId = Chain("web", s_disk) with { MachineId = web.Id };
        var named = Chain("image", s_second);

        var match = MachineMatcher.Match([web], [byId, named], [new(web.Id, named.MachineId)]);

        Assert.Equal([new(web, named, MatchedBy.Pair)], match.Matched);
        Assert.Equal([byId], match.Foreign);
    }

    [Fact]
    public void Two_machines_of_the_seed_that_fit_one_are_ambiguous()
    {
        var web = Machine("web", s_disk);
        var (left, right) = (Chain("web", s_disk), Chain("web", s_disk));

        var match = MachineMatcher.Match([web], [left, right], []);

        var ambiguous = Assert.Single(match.Ambiguous);
        Assert.Equal([left, right], ambiguous.Candidates);
        Assert.Empty(match.Missing);
        Assert.Empty(match.Foreign);
    }

    [Fact]
    public void Two_machines_of_the_job_that_fit_one_are_ambiguous()
    {
        var (left, right) = (Machine("web", s_disk), Machine("web", s_disk));

        var match = MachineMatcher.Match([left, right], [Chain("web", s_disk)], []);

        Assert.Equal([left, right], match.Ambiguous.Select(one => one.Machine));
    }

    [Fact]
    public void A_machine_found_by_id_leaves_its_namesake_to_the_other()
    {
        var (known, other) = (Machine("web", s_disk), Machine("web", s_disk));
        var chains = new[] { Chain("web", s_disk) with { MachineId = known.Id }, Chain("web", s_disk) };

        var match = MachineMatcher.Match([other, known], chains, []);

        Assert.Equal([MatchedBy.Name, MatchedBy.Id], match.Matched.Select(found => found.By));
        Assert.Equal(chains[1], match.Matched[0].Seed);
    }

    [Fact]
    public void A_machine_of_the_seed_without_points_is_as_if_not_there()
    {
        var web = Machine("web", s_disk);

        var match = MachineMatcher.Match([web], [new(web.Id, "web", [])], []);

        Assert.Equal([web], match.Missing);
        Assert.Empty(match.Foreign);
    }

    [Fact]
    public void A_pair_that_names_no_machine_or_one_twice_is_refused()
    {
        var (left, right) = (Machine("a", s_disk), Machine("b", s_disk));
        var seed = Chain("c", s_disk);

        Assert.All(
            new MachinePair[][]
            {
                [new(left.Id, MachineId.New())],
                [new(MachineId.New(), seed.MachineId)],
                [new(left.Id, seed.MachineId), new(right.Id, seed.MachineId)],
            },
            pairs =>
                Assert.Equal(
                    "usage.pair",
                    Assert.Throws<LonghaulException>(() => MachineMatcher.Match([left, right], [seed], pairs)).Code
                )
        );
    }

    [Fact]
    public void What_mapping_remembers_still_matches_when_name_and_disks_have_changed()
    {
        var (web, db) = (Machine("web", s_disk), Machine("db", s_disk));
        var chains = new[] { Chain("web", s_disk), Chain("old-db", s_disk) with { MachineId = db.Id } };
        var pairs = MachineMatcher.Match([web, db], chains, []).Pairs;
        var renamed = web with { Name = "www", Disks = [s_second] };

        var match = MachineMatcher.MatchRemembered([renamed, db], chains, pairs);

        Assert.Equal([new(web.Id, chains[0].MachineId, ByName: true)], pairs); // db has its own id: nothing to remember
        Assert.Equal([MatchedBy.Name, MatchedBy.Id], match.Matched.Select(found => found.By));
    }

    [Fact]
    public void A_remembered_pair_of_a_machine_that_is_gone_counts_for_nothing()
    {
        var web = Machine("web", s_disk);

        var match = MachineMatcher.MatchRemembered(
            [web],
            [Chain("web", s_disk)],
            [new(web.Id, MachineId.New()), new(MachineId.New(), web.Id)]
        );

        Assert.Equal(MatchedBy.Name, Assert.Single(match.Matched).By);
    }

    private static JobMachine Machine(string name, params DiskLayout[] disks) =>
        new(MachineId.New(), name, disks, null, []);

    private static MachineChain Chain(string name, params DiskLayout[] disks) =>
        new(MachineId.New(), name, [Chains.Point(1) with { Disks = disks }]);
}
