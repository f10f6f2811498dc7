using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Xunit;

namespace Longhaul.Core.Tests.Jobs;

public sealed class JobShapeTests
{
    private static readonly JobDefinition s_job = new()
    {
        Id = JobId.New(),
        Name = "nightly",
        Kind = JobKind.Backup,
        Repository = RepositoryId.New(),
        Sources = [new JobSource(JobSourceKind.Machine, MachineId.New().ToString(), "web")],
    };

    public static TheoryData<JobDefinition> Misshapen =>
        [
            s_job with
            {
                Id = default,
            },
            s_job with
            {
                Repository = default,
            },
            s_job with
            {
                Name = null!,
            },
            s_job with
            {
                Sources = null!,
            },
            s_job with
            {
                Sources = [null!],
            },
            s_job with
            {
                Sources = [new JobSource((JobSourceKind)9, "", "")],
            },
            s_job with
            {
                Pairs = null!,
            },
            s_job with
            {
                Pairs = [new MachinePair(default, MachineId.New())],
            },
            s_job with
            {
                TimeZone = null!,
            },
            s_job with
            {
                Kind = 0,
            },
            s_job with
            {
                Keep = 0,
            },
            s_job with
            {
                KeepYearly = -1,
            },
            s_job with
            {
                MaxTasks = 0,
            },
            s_job with
            {
                BlockSize = 0,
            },
            s_job with
            {
                DeltaDepth = 65,
            },
            s_job with
            {
                Every = TimeSpan.Zero,
            },
            s_job with
            {
                CommandTimeout = TimeSpan.Zero,
            },
            s_job with
            {
                RateLimitBytesPerSecond = 0,
            },
        ];

    [Fact]
    public void A_job_that_a_person_defined_has_no_problem() => Assert.Null(JobShape.ProblemOf(s_job));

    [Theory]
    [MemberData(nameof(Misshapen))]
    public void A_job_that_lacks_something_or_has_a_number_out_of_range_has_one(JobDefinition job) =>
        Assert.NotNull(JobShape.ProblemOf(job));

    [Fact]
    public void A_machine_with_a_disk_that_is_none_has_one()
    {
        var machine = new Machine(MachineId.New(), "web", [new MachineDisk("disk0", "/d")]);

        Assert.Null(JobShape.ProblemOf(machine));
        Assert.NotNull(JobShape.ProblemOf(machine with { Disks = [null!] }));
        Assert.NotNull(JobShape.ProblemOf(machine with { Id = default }));
        Assert.NotNull(JobShape.ProblemOf((Machine?)null));
    }
}
