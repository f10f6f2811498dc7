using Longhaul.Core.Backups;
using Longhaul.Core.Comparing;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Comparing;

/// <summary>Which points of two backups are to be the same.</summary>
public sealed class PointPairingTests
{
    private static readonly IReadOnlyList<RestorePoint> s_source = Chains.Of("FII");

    [Fact]
    public void A_copy_names_its_source_also_under_another_machine_id()
    {
        var copy = Copies(1, 3).Select(point => point with { MachineId = MachineId.New() }).ToList();

        Assert.Equal([(1, 1), (3, 3)], Numbers(PointPairing.Of(s_source, copy)));
        Assert.Equal([(1, 1), (3, 3)], Numbers(PointPairing.Of(copy, s_source)));
        Assert.Equal([2], Chains.Numbers(PointPairing.Of(s_source, copy).OnlyInA));
    }

    [Fact]
    public void Copies_of_one_source_are_paired_by_it() =>
        Assert.Equal(
            [(2, 2)],
            Numbers(PointPairing.Of(Copies(1, 2), [.. Copies(2, 3).Select(point => point with { Id = PointId.New() })]))
        );

    [Fact]
    public void A_carried_backup_has_the_same_points() =>
        Assert.Equal([(1, 1), (2, 2), (3, 3)], Numbers(PointPairing.Of(s_source, s_source)));

    [Fact]
    public void Points_that_name_no_source_are_paired_by_machine_and_time()
    {
        var other = Chains.Of("FII", series: 9);

        Assert.Equal([(1, 1), (2, 2), (3, 3)], Numbers(PointPairing.Of(s_source, other)));
        Assert.Empty(
            PointPairing.Of(s_source, [.. other.Select(point => point with { MachineId = MachineId.New() })]).Pairs
        );
    }

    [Fact]
    public void Each_point_is_paired_once_by_the_surest_sign()
    {
        // One copy of point 1 is there twice; another point was made at the time of point 2.
        RestorePoint[] other = [.. Copies(1, 1), Chains.Point(2, series: 9)];
        other[1] = other[1] with { Id = PointId.New() };

        var pairing = PointPairing.Of(s_source, other);

        Assert.Equal([(1, 1), (2, 2)], Numbers(pairing));
        Assert.Equal(other[0].Id, pairing.Pairs[0].B.Id);
        Assert.Equal(other[1].Id, Assert.Single(pairing.OnlyInB).Id);
        Assert.Equal([3], Chains.Numbers(pairing.OnlyInA));
    }

    private static List<RestorePoint> Copies(params long[] numbers) =>
        [
            .. numbers.Select(number =>
                s_source[(int)number - 1] with
                {
                    Id = Chains.Id(number, 5),
                    SourcePoint = Chains.Id(number, 1),
                }
            ),
        ];

    private static IEnumerable<(int, int)> Numbers(PointPairing pairing) =>
        pairing.Pairs.Select(pair => ((int)pair.A.Sequence, (int)pair.B.Sequence));
}
