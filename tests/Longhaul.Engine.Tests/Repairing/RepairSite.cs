using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Repairing;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Repairing;

/// <summary>A backup and its copy, of which a test damages one and mends it from the other.</summary>
internal sealed class RepairSite : IDisposable
{
    internal const int Points = 8;

    private readonly EstatePassword _password = new();
    private readonly Dictionary<string, byte[]> _contents = [];
    private Machine _machine = null!;
    private JobDefinition _copyJob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal Estate Estate { get; } = new();

    public void Dispose() => Estate.Dispose();

    /// <summary>A backup and its copy: deltas upon deltas, held bases, and points that only one of them has.</summary>
    internal async Task<(MemoryObjectStore Near, MemoryObjectStore Far)> MakeAsync(bool isEncrypted)
    {
        Estate.Password = isEncrypted ? _password : null;
        var (near, far) = (new MemoryObjectStore(), new MemoryObjectStore());
        _machine = Estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        _copyJob = Estate.CopyJob(keep: 100);
        var source = await Estate.CreateAsync(Estate.BackupJob(keep: 100), near);
        var target = await Estate.CreateAsync(_copyJob, far);
        await GrowAsync(source, target, Points, seed: 5);
        var points = target.Folder.State.Points.ToArray();
        await Janitor.RemoveAsync(target, points[0], points[3]);
        await CheckAsync(far);
        return (near, far);
    }

    internal async Task GrowAsync(OpenBackup source, OpenBackup target, int points, int seed)
    {
        var job = Estate.BackupJob(keep: 100) with { Id = source.Folder.State.Owner!.Job };
        for (var point = 0; point < points; point++)
        {
            var grown = await Janitor.GrowAsync(Estate, source, job, _machine, 1, seed + point);
            var copied = await Estate.CopyAsync(source, target, _copyJob, _machine.Id);
            _contents[copied.Point!.Root.ToString()] = grown.Values.Single();
        }
    }

    /// <summary>Opens a backup in the repository that it was made in.</summary>
    internal async Task<OpenBackup> OpenAsync(IObjectStore store)
    {
        var backup = await Estate.OpenAsync(store, Estate.Here);
        return backup.Folder.IsAtHome ? backup : await Estate.OpenAsync(store, Estate.OffSite);
    }

    internal async Task<RepairReport> RepairAsync(IObjectStore store, params MemoryObjectStore[] sources)
    {
        var open = new List<OpenBackup>();
        foreach (var source in sources)
        {
            open.Add(await OpenAsync(source));
        }

        return await new BackupRepairer(await OpenAsync(store), open, CompressionLevel.Default, null).RepairAsync(
            isDryRun: false,
            Token
        );
    }

    internal async Task<MemoryObjectStore> DamageAsync(MemoryObjectStore sound, params FrameAddress[] frames)
    {
        var store = new MemoryObjectStore(sound.Snapshot());
        var backup = await OpenAsync(sound);
        foreach (var segment in frames.GroupBy(frame => frame.Segment))
        {
            var name = backup.Frames.Tables.FileOf(segment.Key);
            var bytes = store.Snapshot().Objects[name].ToArray();
            foreach (var frame in segment)
            {
                bytes[(await backup.Frames.Tables.FindAsync(frame, Token)).Frame.PayloadOffset + 3] ^= 1;
            }

            store = new MemoryObjectStore(
                store.Snapshot() with
                {
                    Objects = store.Snapshot().Objects.SetItem(name, bytes),
                }
            );
        }

        return store;
    }

    /// <summary>Every point is what it was, nothing is damaged, and what is alive is what is needed.</summary>
    internal async Task CheckAsync(IObjectStore store, bool isExact = true)
    {
        var backup = await OpenAsync(store);
        Assert.Empty((await new BackupVerifier(backup, null).VerifyAsync(data: true, Token)).Damaged);
        foreach (var point in backup.Folder.State.Points)
        {
            Assert.True(point.IsComplete);
            await ReadAsync(backup, point.Id);
        }

        if (isExact)
        {
            await Reachability.CheckAsync(backup);
        }
    }

    internal async Task ReadAsync(OpenBackup backup, PointId id)
    {
        var root = backup.Folder.State.FindPoint(id)!.Root.ToString();
        Assert.Equal(_contents[root], await Estates.Estate.ReadAsync(backup, id, "disk0"));
    }

    internal static async Task<List<string>> StepsAsync(IObjectStore store)
    {
        var log = new Storage.Logs.BackupLog(store);
        var steps = new List<string>();
        for (var number = 1L; await log.ReadAsync(number, Token) is { } entry; number++)
        {
            steps.Add(entry.Open.Step);
        }

        return steps;
    }
}
