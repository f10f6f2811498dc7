using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Passwords;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;

namespace Longhaul.Catalog.Tests;

/// <summary>Records in which every member has a value of its own, so that a column that is lost is noticed.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset s_day = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);

    public static RepositoryEntry Repository(string name) =>
        new(
            RepositoryId.New(),
            name,
            "/backup/" + name,
            s_day,
            new StoreTraits
            {
                Capabilities = new Dictionary<string, string> { ["names"] = "case-sensitive" },
                Remarks = ["folders cannot be flushed"],
            }
        );

    public static Machine Machine(string name) =>
        new(MachineId.New(), name, [new MachineDisk("root", "/dev/vda"), new MachineDisk("data", "/dev/vdb")]);

    public static JobDefinition CopyJob(string name, RepositoryId repository) =>
        new()
        {
            Id = JobId.New(),
            Name = name,
            Kind = JobKind.AgentCopy,
            Managed = true,
            Enabled = false,
            Repository = repository,
            Sources = [new JobSource(JobSourceKind.Backup, BackupId.New().ToString(), "b")],
            Method = BackupMethod.Reverse,
            FullEvery = 3,
            SyntheticFullEvery = 4,
            Transform = true,
            BlockSize = 1 << 18,
            Compression = CompressionLevel.High,
            Keep = 9,
            Encrypt = true,
            Before = "sync",
            After = "true",
            CommandTimeout = TimeSpan.FromSeconds(12),
            Mode = CopyMode.Immediate,
            Every = TimeSpan.FromHours(36),
            At = new TimeOnly(22, 15),
            RateLimitBytesPerSecond = 2_500_000,
            DeltaDepth = 16,
            MaxTasks = 5,
            Backup = BackupId.New(),
            Pairs = [new MachinePair(MachineId.New(), MachineId.New())],
        };

    public static BackupEntry Backup(RepositoryId repository, string folder) =>
        new()
        {
            Repository = repository,
            Folder = folder,
            BackupId = BackupId.New(),
            InstanceId = InstanceId.New(),
            BlockSize = 1 << 20,
            Origin = BackupOrigin.AgentCopyManaged,
            State = BackupState.Imported,
            Owner = JobId.New(),
            OwnerName = "nightly",
            OwnerServer = "branch-1",
            Encrypted = true,
            SizeBytes = 1L << 40,
            LogNumber = 17,
            LogWrittenAt = s_day.AddHours(-3),
            ReadAt = s_day,
            ImportedAt = s_day.AddDays(1),
            UnverifiedSince = s_day.AddDays(2),
            Faults = ["segment x is missing"],
        };

    public static IReadOnlyList<CachedChain> Chains(int points)
    {
        var machine = MachineId.New();
        var chain = new List<CachedPoint>();
        for (var i = 0; i < points; i++)
        {
            var point = new RestorePoint
            {
                Id = PointId.New(),
                MachineId = machine,
                Sequence = i + 1,
                CreatedAt = s_day.AddHours(i),
                Kind = i == 0 ? PointKind.Full : PointKind.Increment,
                Parent = i == 0 ? null : chain[i - 1].Point.Id,
                SourcePoint = PointId.New(),
                Root = Digest.Of([(byte)i]),
                Disks = [new DiskLayout("root", new ByteSize(1L << 33))],
                Job = JobId.New(),
                WrittenBy = BackupOrigin.Copy,
                IsComplete = i != 1,
                Pin = PinReason.Seed,
            };
            chain.Add(new CachedPoint(point, 1000 + i));
        }

        return [new CachedChain(machine, "db01", chain)];
    }

    public static SessionRecord Session(JobId job, int minute) =>
        new()
        {
            Id = SessionId.New(),
            JobId = job,
            Job = "nightly",
            State = SessionState.Warning,
            StartedAt = s_day.AddMinutes(minute),
            EndedAt = s_day.AddMinutes(minute + 1),
            RunBy = "host/123",
            Message = "one machine waits",
            Tasks = [Task()],
            RemovedPoints =
            [
                new(PointId.New(), "db", s_day.AddDays(-7), "keep 7: merged into the next point"),
                new(PointId.New(), "web", s_day.AddDays(-7).AddHours(1), "keep 7: merged into the next point"),
            ],
            PointsRemoved = 2,
            BytesCondemned = 12,
            BytesReclaimed = 11,
            BytesRead = 12,
            BytesTransferred = 13,
            BytesWritten = 14,
            Bottleneck = "send",
        };

    public static AnnouncedFull Announced(JobId job, byte machine)
    {
        Span<byte> id = stackalloc byte[MachineId.Size];
        id[^1] = machine;
        return MachineId.TryRead(id, out var key)
            ? new AnnouncedFull(job, key, "not in the seed", 4096, s_day)
            : throw new InvalidOperationException("0 is no id.");
    }

    public static CondemnedSighting Sighting(InstanceId instance, long record) =>
        new(instance, record, "boot-1", TimeSpan.FromSeconds(4711.5), s_day);

    public static KeptPassword Kept(KeptFor what, byte number) =>
        new(what, new byte[] { number, 0, 255 }, s_day.AddMinutes(number));

    private static SessionTask Task() =>
        new()
        {
            MachineId = MachineId.New(),
            Machine = "db01",
            State = SessionState.Success,
            Message = "resumed",
            ErrorCode = "none",
            Point = PointId.New(),
            Kind = PointKind.Increment,
            BaselineFoundBy = "lineage",
            BlocksChanged = 1,
            BlocksDelta = 2,
            BlocksKnown = 3,
            BytesRead = 4,
            BytesTransferred = 5,
            BytesWritten = 6,
            Resumed = true,
        };
}
