using Longhaul.Core.Jobs;
using Longhaul.Core.Protecting;
using Longhaul.Core.Tests.Backups;
using Xunit;

namespace Longhaul.Core.Tests.Protecting;

public sealed class ProtectionRulesTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JobDefinition s_job = new()
    {
        Id = JobId.New(),
        Name = "nightly",
        Kind = JobKind.Backup,
        Repository = RepositoryId.New(),
        Sources = [],
        ImmutableFor = TimeSpan.FromDays(14),
    };

    [Fact]
    public void A_retention_that_is_shorter_is_said_with_its_arithmetic_and_not_refused()
    {
        Assert.Null(ProtectionRules.FindRefusal(s_job, [], freeBytes: 0));
        Assert.Equal(
            "keep 7 points, one every 1 day = 7 days < 14 days protected: points stay 14 days, and what they need up to 14 days more",
            Assert.Single(ProtectionRules.Describe(s_job))
        );
    }

    [Fact]
    public void A_retention_that_is_longer_says_nothing()
    {
        Assert.Empty(ProtectionRules.Describe(s_job with { Keep = 14 }));
        Assert.Empty(ProtectionRules.Describe(s_job with { KeepDays = 14 }));
        Assert.Empty(ProtectionRules.Describe(s_job with { ImmutableFor = null }));
    }

    [Fact]
    public void Departed_machines_and_gaps_between_points_are_said()
    {
        var job = s_job with
        {
            Kind = JobKind.Copy,
            Every = TimeSpan.FromDays(30),
            DeletedAfter = TimeSpan.FromDays(3),
        };

        Assert.Equal(
            [
                "a machine that has left the job goes after 3 days < 14 days protected: its points stay until then",
                "a point every 30 days > 14 days protected: for 16 days before each new point none is",
            ],
            ProtectionRules.Describe(job)
        );
    }

    [Fact]
    public void What_would_fill_the_repository_before_the_first_point_may_go_is_refused()
    {
        // Four daily points of 10 GiB: ten more come before the first of them may go.
        var points = Enumerable
            .Range(0, 4)
            .Select(i => (Chains.Point(i + 1) with { CreatedAt = s_start.AddDays(i) }, 10L << 30))
            .ToArray();

        Assert.Null(ProtectionRules.FindRefusal(s_job, [points], freeBytes: 100L << 30));
        Assert.Null(ProtectionRules.FindRefusal(s_job, [points], freeBytes: null));
        var refusal = ProtectionRules.FindRefusal(s_job, [points], freeBytes: (100L << 30) - 1);

        Assert.Equal("job.protection", refusal?.Code);
        Assert.Contains("in 14 days 10 more points", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_term_longer_than_a_century_is_refused() =>
        Assert.Equal(
            "job.protection",
            ProtectionRules.FindRefusal(s_job with { ImmutableFor = TimeSpan.FromDays(36_501) }, [], null)?.Code
        );

    [Fact]
    public void A_point_is_protected_until_its_time_and_where_nobody_knows_the_time()
    {
        var point = Chains.Point(1) with { ProtectedUntil = s_start };

        Assert.True(point.IsProtectedAt(s_start.AddTicks(-1)));
        Assert.False(point.IsProtectedAt(s_start));
        Assert.True(point.IsProtectedAt(null));
        Assert.False(Chains.Point(1).IsProtectedAt(null));
    }
}
