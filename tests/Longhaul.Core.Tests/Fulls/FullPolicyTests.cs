using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Xunit;

namespace Longhaul.Core.Tests.Fulls;

public sealed class FullPolicyTests
{
    private static readonly FullRequest s_nothingAsked = new();

    [Theory]
    [InlineData(BackupMethod.ForeverForward)]
    [InlineData(BackupMethod.Forward)]
    [InlineData(BackupMethod.Reverse)]
    public void The_first_point_is_a_full(BackupMethod method) =>
        Assert.Equal(
            new(NewPointKind.ActiveFull, Transform: false),
            FullPolicy.Decide(Job(method), chainIsEmpty: true, new(0, 0), new(SyntheticFull: true, Transform: true))
        );

    [Theory]
    [InlineData(BackupMethod.ForeverForward, NewPointKind.Increment)]
    [InlineData(BackupMethod.Forward, NewPointKind.Increment)]
    [InlineData(BackupMethod.Reverse, NewPointKind.ReverseFull)]
    public void With_nothing_due_the_method_decides(BackupMethod method, NewPointKind kind) =>
        Assert.Equal(kind, Decide(Job(method), pointsSinceFull: 3).Kind);

    [Theory]
    [InlineData(5, NewPointKind.Increment)]
    [InlineData(6, NewPointKind.SyntheticFull)]
    [InlineData(60, NewPointKind.SyntheticFull)]
    public void Forward_without_any_full_named_makes_a_synthetic_one_at_every_7th_run(int since, NewPointKind kind) =>
        Assert.Equal(kind, Decide(Job(BackupMethod.Forward), since).Kind);

    [Fact]
    public void Forward_with_active_fulls_makes_no_synthetic_ones() =>
        Assert.Equal(NewPointKind.Increment, Decide(Job(BackupMethod.Forward) with { FullEvery = 30 }, 12).Kind);

    [Fact]
    public void Forever_forward_never_makes_a_full_by_itself() =>
        Assert.Equal(NewPointKind.Increment, Decide(Job(BackupMethod.ForeverForward), 1_000).Kind);

    [Theory]
    [InlineData(1, 0, NewPointKind.ActiveFull)]
    [InlineData(3, 1, NewPointKind.Increment)]
    [InlineData(3, 2, NewPointKind.ActiveFull)]
    public void Every_nth_run_since_the_last_full_is_an_active_full(int every, int since, NewPointKind kind) =>
        Assert.Equal(kind, Decide(Job(BackupMethod.ForeverForward) with { FullEvery = every }, since).Kind);

    [Fact]
    public void When_both_are_due_the_active_full_wins() =>
        Assert.Equal(
            NewPointKind.ActiveFull,
            Decide(Job(BackupMethod.Forward) with { FullEvery = 3, SyntheticFullEvery = 3 }, 2).Kind
        );

    [Theory]
    [InlineData(28, 6, NewPointKind.SyntheticFull)]
    [InlineData(29, 1, NewPointKind.ActiveFull)]
    [InlineData(28, 1, NewPointKind.Increment)]
    public void Synthetic_fulls_do_not_put_active_ones_off(int sinceActive, int sinceAny, NewPointKind kind) =>
        Assert.Equal(
            kind,
            FullPolicy
                .Decide(
                    Job(BackupMethod.Forward) with
                    {
                        FullEvery = 30,
                        SyntheticFullEvery = 7,
                    },
                    chainIsEmpty: false,
                    new(sinceActive, sinceAny),
                    s_nothingAsked
                )
                .Kind
        );

    [Fact]
    public void What_the_run_was_told_wins_over_what_is_due()
    {
        var job = Job(BackupMethod.Forward) with { FullEvery = 1 };

        Assert.Equal(NewPointKind.SyntheticFull, Decide(job, 9, new(SyntheticFull: true)).Kind);
        Assert.Equal(NewPointKind.ActiveFull, Decide(job, 0, new(Full: true, SyntheticFull: true)).Kind);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_synthetic_full_transforms_when_the_run_or_the_job_says_so(bool byRun, bool byJob) =>
        Assert.Equal(
            new(NewPointKind.SyntheticFull, Transform: true),
            Decide(Job(BackupMethod.Forward) with { Transform = byJob }, 1, new(SyntheticFull: true, Transform: byRun))
        );

    [Fact]
    public void Nothing_else_transforms()
    {
        var job = Job(BackupMethod.Forward) with { Transform = true };

        Assert.False(Decide(job, 1, new(Transform: true)).Transform);
        Assert.False(Decide(job, 1, new(Full: true, Transform: true)).Transform);
    }

    [Fact]
    public void By_the_reverse_method_a_synthetic_full_is_what_every_point_is() =>
        Assert.Equal(
            new(NewPointKind.ReverseFull, Transform: false),
            Decide(Job(BackupMethod.Reverse), 1, new(SyntheticFull: true, Transform: true))
        );

    [Theory]
    [InlineData(true, false, NewPointKind.ActiveFull)]
    [InlineData(false, false, NewPointKind.Increment)]
    [InlineData(false, true, NewPointKind.SyntheticFull)]
    public void A_copy_is_an_increment_unless_it_is_the_first_or_a_full_was_asked(
        bool chainIsEmpty,
        bool full,
        NewPointKind kind
    ) =>
        Assert.Equal(
            new(kind, Transform: false),
            FullPolicy.DecideForCopy(Job(BackupMethod.ForeverForward), chainIsEmpty, new(Full: full))
        );

    private static FullDecision Decide(JobDefinition job, int pointsSinceFull, FullRequest? asked = null) =>
        FullPolicy.Decide(job, chainIsEmpty: false, new(pointsSinceFull, pointsSinceFull), asked ?? s_nothingAsked);

    private static JobDefinition Job(BackupMethod method) =>
        new()
        {
            Id = JobId.New(),
            Name = "nightly",
            Kind = JobKind.Backup,
            Repository = RepositoryId.New(),
            Sources = [],
            Method = method,
        };
}
