using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Protecting;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Copying;
using Longhaul.Engine.Points;
using Longhaul.Engine.Runs;
using Longhaul.Format.Segments;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Microsoft.Extensions.Time.Testing;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>Machines with disks in memory, two repositories in memory, and the jobs between them.</summary>
internal sealed class Estate : IDisposable
{
    private readonly List<OpenBackup> _open = [];

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero));

    internal MemoryJournal Journal { get; } = new();

    /// <summary>What new backups are encrypted with, and those that are opened are unlocked with; null: they are plain.</summary>
    internal EstatePassword? Password { get; set; }

    /// <summary>Disks that runs work on at a time.</summary>
    internal int Tasks { get; set; } = 1;

    /// <summary>Cancels the runs that are made.</summary>
    internal CancellationToken Cancellation { get; set; }

    internal RepositoryId Here { get; } = RepositoryId.New();

    internal RepositoryId OffSite { get; } = RepositoryId.New();

    /// <summary>The disks, by machine and disk identity; a test writes to them.</summary>
    internal Dictionary<(MachineId Machine, string Disk), byte[]> Disks { get; } = [];

    internal Machine AddMachine(string name, params (string Disk, byte[] Content)[] disks)
    {
        var machine = new Machine(
            MachineId.New(),
            name,
            [.. disks.Select(disk => new MachineDisk(disk.Disk, "/" + disk.Disk))]
        );
        foreach (var (disk, content) in disks)
        {
            Disks[(machine.Id, disk)] = content;
        }

        return machine;
    }

    internal JobDefinition BackupJob(
        BackupMethod method = BackupMethod.ForeverForward,
        int keep = 7,
        int blockSize = 256 << 10
    ) =>
        new()
        {
            Id = JobId.New(),
            Name = "nightly",
            Kind = JobKind.Backup,
            Repository = Here,
            Sources = [],
            Method = method,
            Keep = keep,
            BlockSize = blockSize,
        };

    internal JobDefinition CopyJob(int keep = 7, int blockSize = 256 << 10) =>
        new()
        {
            Id = JobId.New(),
            Name = "offsite",
            Kind = JobKind.Copy,
            Repository = OffSite,
            Sources = [],
            Keep = keep,
            BlockSize = blockSize,
        };

    internal async Task<OpenBackup> CreateAsync(JobDefinition job, IObjectStore? store = null)
    {
        var folder = await BackupFolder.CreateAsync(
            store ?? new MemoryObjectStore(),
            job.Name,
            job.BlockSize,
            job.OriginOf(anyManagedSource: false),
            new OwnerState(job.Id, job.Name, job.Repository, "test"),
            "{}"u8.ToArray(),
            Password?.New,
            Clock,
            CancellationToken.None
        );
        return Keep(new OpenBackup(folder!, job.Repository, "repository"));
    }

    internal async Task<OpenBackup> OpenAsync(
        IObjectStore store,
        RepositoryId repository,
        TableCache? near = null,
        IFarSide? far = null
    )
    {
        var folder = await EstatePassword.OpenAsync(Password, store, "backup", Clock);
        return Keep(new OpenBackup(folder!, repository, "repository", near, far));
    }

    /// <summary>Opens a backup that may not be one.</summary>
    internal async Task<OpenBackup?> TryOpenAsync(IObjectStore store, JobDefinition job)
    {
        var folder = await EstatePassword.OpenAsync(Password, store, job.Name, Clock);
        return folder is null ? null : Keep(new OpenBackup(folder, job.Repository, "repository"));
    }

    internal RunContext Context(JobDefinition job, Machine? machine = null, long checkpointEvery = 64 << 20) =>
        new()
        {
            CheckpointEvery = checkpointEvery,
            Tasks = Tasks,
            Session = SessionId.New(),
            Job = job,
            Origin = job.OriginOf(anyManagedSource: false),
            Journal = Journal,
            Clock = Clock,
            Protect = job.ImmutableFor is { } length ? () => ProtectionTerm.Of(Clock.GetUtcNow(), length) : null,
            OpenDisk = (_, disk, _) =>
                ValueTask.FromResult<Sources.IDiskSource>(new MemoryDisk(Disks[(machine!.Id, disk.Id)])),
        };

    internal async Task<MachineOutcome> BackUpAsync(
        OpenBackup target,
        JobDefinition job,
        Machine machine,
        FullRequest? asked = null,
        long checkpointEvery = 64 << 20
    )
    {
        Clock.Advance(TimeSpan.FromHours(1));
        var run = await BackupRun.BeginAsync(target, Context(job, machine, checkpointEvery), Cancellation);
        var outcome = await run.RunMachineAsync(machine, asked ?? new FullRequest(), Cancellation);
        await run.EndAsync(CancellationToken.None);
        await EstateRetention.RunAsync(target, job, machine.Id, Clock.GetUtcNow());
        return outcome;
    }

    internal async Task<MachineOutcome> CopyAsync(
        OpenBackup source,
        OpenBackup target,
        JobDefinition job,
        MachineId machine,
        TransferCounter? counter = null,
        long checkpointEvery = 64 << 20,
        DamagedBlocks? damaged = null,
        OpenBackup? targetSide = null,
        FullDecision? full = null
    )
    {
        counter ??= new TransferCounter();
        var point = source.Folder.State.Machines[machine].Newest!;
        var estimator = new CopyEstimator(target, target.Folder.Descriptor.BlockSize);
        var plan = await estimator.EstimateAsync(
            new CopyMachine("machine", machine, source, point, full ?? FullFor(target, job, machine)),
            CancellationToken.None
        );
        var run = await CopyRun.BeginAsync(
            target,
            targetSide ?? target,
            counter,
            damaged ?? DamagedBlocks.None,
            Context(job, checkpointEvery: checkpointEvery),
            Cancellation
        );
        var outcome = await run.RunMachineAsync(plan, Cancellation);
        await run.EndAsync(CancellationToken.None);
        await EstateRetention.RunAsync(target, job, machine, Clock.GetUtcNow());
        return outcome;
    }

    private static FullDecision FullFor(OpenBackup target, JobDefinition job, MachineId machine) =>
        FullPolicy.DecideForCopy(job, !target.Folder.State.Machines.ContainsKey(machine), new FullRequest());

    /// <summary>How the first block of a point's first disk is stored.</summary>
    internal static async Task<FrameInfo> FirstFrameAsync(OpenBackup backup, PointId point)
    {
        var view = await backup.Tables.ViewAsync(point, CancellationToken.None);
        var version = (await view.Disks[0].ReadPageAsync(0, CancellationToken.None))[0];
        return (await backup.Frames.Tables.FindAsync(version.Address!.Value, CancellationToken.None)).Frame;
    }

    /// <summary>Reads every byte of a disk at a point, as a restore would.</summary>
    internal static async Task<byte[]> ReadAsync(OpenBackup backup, PointId point, string disk)
    {
        var view = (await backup.Tables.ViewAsync(point, CancellationToken.None)).FindDisk(disk)!;
        var content = new byte[view.Size];
        await foreach (var page in view.NonZeroPagesAsync(CancellationToken.None))
        {
            var versions = await view.ReadPageAsync(page, CancellationToken.None);
            for (var slot = 0; slot < versions.Length; slot++)
            {
                var block = (page * DiskView.Fanout) + slot;
                if (versions[slot].Address is { } address)
                {
                    var target = content.AsMemory((int)(block * view.BlockSize), view.LengthOf(block));
                    await backup.Frames.ReadAsync(address, target, CancellationToken.None);
                }
            }
        }

        return content;
    }

    public void Dispose() => _open.ForEach(backup => backup.Dispose());

    private OpenBackup Keep(OpenBackup backup)
    {
        _open.Add(backup);
        return backup;
    }
}
