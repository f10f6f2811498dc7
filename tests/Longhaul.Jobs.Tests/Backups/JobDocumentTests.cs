using CsCheck;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Jobs.Backups;
using Xunit;

namespace Longhaul.Jobs.Tests.Backups;

/// <summary>What the log carries of a job brings it back, and hostile bytes bring back nothing.</summary>
public sealed class JobDocumentTests
{
    private static readonly JobDocument s_document = new(
        new JobDefinition
        {
            Id = JobId.New(),
            Name = "nightly",
            Kind = JobKind.AgentBackup,
            Managed = true,
            Repository = RepositoryId.New(),
            Sources = [new JobSource(JobSourceKind.Machine, MachineId.New().ToString(), "web")],
            Method = BackupMethod.Forward,
            FullEvery = 3,
            SyntheticFullEvery = 4,
            BlockSize = 1 << 18,
            Compression = CompressionLevel.High,
            Keep = 9,
            Before = "sync",
            After = "true",
            CommandTimeout = TimeSpan.FromSeconds(12),
            Every = TimeSpan.FromHours(36),
            At = new TimeOnly(22, 15),
            RateLimitBytesPerSecond = 2_500_000,
            DeltaDepth = 16,
            MaxTasks = 5,
            Pairs = [new MachinePair(MachineId.New(), MachineId.New())],
        },
        [new Machine(MachineId.New(), "web", [new MachineDisk("root", "/dev/vda")])]
    );

    [Fact]
    public void A_document_is_read_back_as_it_was() =>
        Assert.Equivalent(s_document, JobDocument.TryRead(s_document.ToBytes()), strict: true);

    [Fact]
    public void Which_backup_is_the_jobs_and_whether_it_is_enabled_are_left_out()
    {
        var job = s_document.Job with { Backup = BackupId.New(), Enabled = false };

        Assert.Equal(s_document.ToBytes(), (s_document with { Job = job }).ToBytes());
    }

    [Fact]
    public void Arbitrary_bytes_are_no_document_and_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(bytes => JobDocument.TryRead(bytes) is null);

    [Fact]
    public void A_document_with_a_flipped_byte_is_refused_or_read_and_never_throws()
    {
        var read = 0;
        Gen.Select(Gen.Int[0, s_document.ToBytes().Length - 1], Gen.Byte[1, 255])
            .Sample(
                (where, mask) =>
                {
                    var bytes = s_document.ToBytes();
                    bytes[where] ^= mask;
                    read += JobDocument.TryRead(bytes) is null ? 0 : 1;
                },
                iter: 2000,
                threads: 1
            );
        Assert.InRange(read, 1, 1999);
    }
}
