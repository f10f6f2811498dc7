using CsCheck;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

/// <summary>What holds for every chain and every policy.</summary>
public sealed class RetentionLawTests
{
    /// <summary>Chains in the kinds that the methods make, mixed; points come some hours to some weeks apart.</summary>
    private static readonly Gen<IReadOnlyList<RestorePoint>> s_chain = Gen.Select(
            Gen.Frequency((1, Gen.Const(0)), (3, Gen.Const(1)), (1, Gen.Const(2))),
            Gen.Frequency((5, Gen.Const(true)), (1, Gen.Const(false))),
            Gen.Frequency((6, Gen.Const(PinReason.None)), (1, Gen.Const(PinReason.Seed))),
            Gen.Frequency((6, Gen.Int[1, 40]), (1, Gen.Int[100, 2_000]))
        )
        .List[0, 24]
        .Select(specs =>
        {
            var kinds = specs.Select(spec => "FIR"[spec.Item1]).ToArray();
            for (var i = 0; i < kinds.Length; i++)
            {
                var isImpossible =
                    (kinds[i] == 'I' && (i == 0 || kinds[i - 1] == 'R')) || (kinds[i] == 'R' && i == kinds.Length - 1);
                kinds[i] = isImpossible ? 'F' : kinds[i];
            }

            var hours = 0;
            return (IReadOnlyList<RestorePoint>)
                [
                    .. Chains
                        .Of(new string(kinds))
                        .Zip(
                            specs,
                            (point, spec) =>
                                point with
                                {
                                    IsComplete = spec.Item2,
                                    Pin = spec.Item3,
                                    CreatedAt = Chains.Start.AddHours(hours += spec.Item4),
                                }
                        ),
                ];
        });

    [Fact]
    public void What_stays_is_what_one_would_keep_by_hand() =>
        Gen.Select(s_chain, Policies.Any)
            .Sample(
                (points, policy) =>
                {
                    var plan = RetentionPlanner.Plan(points, policy);

                    Assert.Equal(Chains.Numbers(NaiveRetention.Keep(points, policy)), Chains.Numbers(plan.Edit.Points));
                },
                iter: 3_000
            );

    [Fact]
    public void A_plan_says_of_every_point_what_becomes_of_it() =>
        Gen.Select(s_chain, Policies.Any)
            .Sample(
                (points, policy) =>
                {
                    var plan = RetentionPlanner.Plan(points, policy);

                    Assert.Equal(points, plan.Points.Select(point => point.Point));
                    Assert.Equal(
                        Chains.Numbers(plan.Edit.Points),
                        Chains.Numbers(plan.Points.Where(point => point.IsKept).Select(point => point.Point))
                    );
                    Assert.Equal(plan.Edit.Removed, plan.Remove.Select(removal => removal.Point));
                },
                iter: 1_000
            );

    [Fact]
    public void The_chain_is_sound_afterwards_and_there_is_nothing_left_to_do() =>
        Gen.Select(s_chain, Policies.Any)
            .Sample(
                (points, policy) =>
                {
                    var after = RetentionPlanner.Plan(points, policy).Edit.Points;

                    Assert.Empty(ChainRules.Check(after));
                    Assert.Equal(points.Any(point => point.IsComplete), after.Any(point => point.IsComplete));
                    Assert.True(RetentionPlanner.Plan(after, policy).Edit.IsEmpty);
                },
                iter: 2_000
            );

    [Fact]
    public void A_looser_policy_never_removes_what_a_tighter_one_keeps() =>
        Gen.Select(s_chain, Policies.Any, Policies.Any)
            .Sample(
                (points, tight, more) =>
                {
                    var loose = tight with
                    {
                        Last = tight.Last + more.Last,
                        Days = tight.Days + more.Days,
                        Weekly = tight.Weekly + more.Weekly,
                        Monthly = tight.Monthly + more.Monthly,
                        Quarterly = tight.Quarterly + more.Quarterly,
                        Yearly = tight.Yearly + more.Yearly,
                    };

                    Assert.Subset(Left(points, loose), Left(points, tight));
                },
                iter: 2_000
            );

    /// <summary>A run may fail, be late or be done twice: in the end there is what one run at the end would leave. (What is a
    /// full may differ: what stood upon a full that a run removed is one from then on.)</summary>
    [Fact]
    public void How_often_retention_ran_makes_no_difference() =>
        Gen.Select(Gen.Select(Gen.Int[1, 60], Gen.Int[0, 5], Gen.Bool).List[0, 40], Policies.Any)
            .Sample(
                (runs, policy) =>
                {
                    IReadOnlyList<RestorePoint> often = [];
                    IReadOnlyList<RestorePoint> once = [];
                    var (number, hours) = (0, 0);
                    foreach (var (later, kind, retains) in runs)
                    {
                        var point = Chains.Point(++number) with { CreatedAt = Chains.Start.AddHours(hours += later) };
                        often = ChainEditor.Append(often, point, KindOf(policy.Method, kind)).Points;
                        once = ChainEditor.Append(once, point, KindOf(policy.Method, kind)).Points;
                        often = retains ? RetentionPlanner.Plan(often, policy).Edit.Points : often;
                    }

                    Assert.Equal(
                        Chains.Numbers(RetentionPlanner.Plan(once, policy).Edit.Points),
                        Chains.Numbers(RetentionPlanner.Plan(often, policy).Edit.Points)
                    );
                },
                iter: 2_000
            );

    /// <summary>A point a day, as foreseen: what was said to go on a day goes on that day, and not before. (Of some policies
    /// nothing can be said of any point: with only the last one kept, a forward chain goes when its next full comes.)</summary>
    [Fact]
    public void A_point_goes_on_the_day_that_was_said()
    {
        var foretold = 0;
        Gen.Select(Gen.Int[2, 40], Gen.Int[3, 9], Policies.Any)
            .Sample(
                (days, fullEvery, policy) =>
                {
                    IReadOnlyList<RestorePoint> chain = [];
                    var said = new Dictionary<PointId, DateOnly?>();
                    for (var day = 1; day <= days + 800; day++)
                    {
                        var kind = day % fullEvery == 0 ? 0 : 1;
                        chain = ChainEditor.Append(chain, Chains.Point(day), KindOf(policy.Method, kind)).Points;
                        var plan = RetentionPlanner.Plan(chain, policy);
                        var today = GfsCalendar.DayOf(Chains.Point(day).CreatedAt, policy.Zone);
                        foreach (var point in plan.Points.Where(point => said.ContainsKey(point.Point.Id)))
                        {
                            Assert.True(
                                said[point.Point.Id] > today == point.IsKept,
                                $"{point.Point.Sequence} on {today:O}: said {said[point.Point.Id]:O}"
                            );
                        }

                        if (day >= days)
                        {
                            foreach (var point in plan.Points.Where(point => point.GoesOn is not null))
                            {
                                said.TryAdd(point.Point.Id, point.GoesOn);
                            }
                        }

                        chain = plan.Edit.Points;
                    }

                    Interlocked.Add(ref foretold, said.Count);
                },
                iter: 30
            );

        Assert.NotEqual(0, foretold);
    }

    private static HashSet<PointId> Left(IReadOnlyList<RestorePoint> points, RetentionPolicy policy) =>
        [.. RetentionPlanner.Plan(points, policy).Edit.Points.Select(point => point.Id)];

    private static NewPointKind KindOf(BackupMethod method, int kind) =>
        (method, kind) switch
        {
            (BackupMethod.Reverse, _) => NewPointKind.ReverseFull,
            (_, 0) => NewPointKind.SyntheticFull,
            _ => NewPointKind.Increment,
        };
}
