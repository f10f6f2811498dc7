using CsCheck;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Retention;

public sealed class ChainEditorPropertyTests
{
    private static readonly Gen<Func<State, ChainEdit>> s_step = Gen.Frequency(
        (
            6,
            Gen.Select(
                Gen.Enum<NewPointKind>(),
                Gen.Bool,
                (kind, turn) => (Func<State, ChainEdit>)(s => s.Append(kind, turn))
            )
        ),
        (3, Gen.Int[0, 20].Select(index => (Func<State, ChainEdit>)(s => s.Remove(index)))),
        (1, Gen.Const((Func<State, ChainEdit>)(s => ChainEditor.ConvertToForward(s.Points)))),
        (
            2,
            Gen.Select(
                Gen.Enum<BackupMethod>(),
                Gen.Int[1, 5],
                (method, keep) => (Func<State, ChainEdit>)(s => s.Retain(method, keep))
            )
        )
    );

    [Fact]
    public void Any_history_of_steps_keeps_the_rules_of_a_chain() =>
        s_step
            .List[1, 40]
            .Sample(
                steps =>
                {
                    var state = new State();
                    foreach (var step in steps)
                    {
                        var before = state.Points;
                        var edit = step(state);
                        state.Points = edit.Points;
                        Assert.Empty(ChainRules.Check(edit.Points));
                        Assert.All(edit.Points, point => Assert.True(ReachesFull(edit.Points, point)));
                        Assert.Equal(Applied(before, edit), edit.Points);
                    }
                },
                iter: 500
            );

    [Fact]
    public void A_full_can_be_had_alone_by_removing_all_others() =>
        s_step
            .List[1, 20]
            .Sample(
                steps =>
                {
                    var state = new State();
                    foreach (var step in steps)
                    {
                        state.Points = step(state).Points;
                    }

                    foreach (var full in state.Points.Where(point => point.Kind == PointKind.Full))
                    {
                        var others = state.Points.Select(point => point.Id).Where(id => id != full.Id).ToHashSet();
                        Assert.Equal([full], ChainEditor.Remove(state.Points, others).Points);
                    }
                },
                iter: 300
            );

    [Fact]
    public void Points_removed_together_or_oldest_first_one_by_one_leave_the_same_chain() =>
        Gen.Select(s_step.List[1, 20], Gen.Int[0, int.MaxValue])
            .Sample(
                (steps, choice) =>
                {
                    var state = new State();
                    foreach (var step in steps)
                    {
                        state.Points = step(state).Points;
                    }

                    var chosen = state.Points.Where((_, i) => (choice >> (i % 31) & 1) == 1).Select(p => p.Id).ToList();
                    var together = ChainEditor.Remove(state.Points, chosen.ToHashSet());
                    var single = chosen.Aggregate(state.Points, (points, id) => ChainEditor.Remove(points, id).Points);
                    Assert.Equal(single, together.Points);
                },
                iter: 300
            );

    /// <summary>What a reader of the log would have: the removed gone, the changes made, the new point last.</summary>
    private static List<RestorePoint> Applied(IReadOnlyList<RestorePoint> before, ChainEdit edit)
    {
        var changes = edit.Changes.ToDictionary(change => change.Point);
        var kept = before
            .Where(point => !edit.Removed.Contains(point.Id))
            .Select(point =>
                changes.TryGetValue(point.Id, out var change)
                    ? point with
                    {
                        Kind = change.Kind,
                        Parent = change.Parent,
                    }
                    : point
            );
        return [.. kept, .. edit.Points.Where(point => before.All(old => old.Id != point.Id))];
    }

    private static bool ReachesFull(IReadOnlyList<RestorePoint> points, RestorePoint from)
    {
        var point = from;
        for (var steps = 0; point.Kind != PointKind.Full; steps++)
        {
            if (steps > points.Count)
            {
                return false;
            }

            point = points.Single(candidate => candidate.Id == point.Parent);
        }

        return true;
    }

    private sealed class State
    {
        private long _sequence;

        public IReadOnlyList<RestorePoint> Points { get; set; } = [];

        public ChainEdit Append(NewPointKind kind, bool transform) =>
            ChainEditor.Append(Points, Chains.Point(++_sequence), kind, transform);

        public ChainEdit Remove(int index) =>
            ChainEditor.Remove(Points, Points.Count == 0 ? default : Points[index % Points.Count].Id);

        public ChainEdit Retain(BackupMethod method, int keep) =>
            RetentionPlanner.Plan(Points, Policies.Of(keep, method)).Edit;
    }
}
