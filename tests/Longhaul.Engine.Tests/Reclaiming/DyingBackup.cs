using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>A backup of three points; the first one's segment is dead in good part once that point is removed.</summary>
internal sealed class DyingBackup : IDisposable
{
    internal const int Block = 256 << 10;

    private DyingBackup()
    {
        Watched = new WatchedStore(Store);
    }

    internal Estate Estate { get; } = new();

    internal MemoryObjectStore Store { get; } = new();

    /// <summary>The same store, through which <see cref="Backup"/> goes.</summary>
    internal WatchedStore Watched { get; }

    internal OpenBackup Backup { get; private set; } = null!;

    /// <summary>What each point holds.</summary>
    internal Dictionary<PointId, byte[]> Contents { get; } = [];

    /// <summary>The segment of the oldest frames.</summary>
    internal SegmentState First => Backup.Folder.State.Segments.Values.MinBy(segment => segment.Born)!;

    internal static async Task<DyingBackup> CreateAsync()
    {
        var dying = new DyingBackup();
        var job = dying.Estate.BackupJob(keep: 100);
        var machine = dying.Estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(8, seed: 1)));
        dying.Backup = await dying.Estate.CreateAsync(job, dying.Watched);
        var chance = new Random(5);
        for (var i = 0; i < 3; i++)
        {
            var disk = dying.Estate.Disks[(machine.Id, "disk0")];
            if (i > 0)
            {
                chance.NextBytes(disk.AsSpan(0, 3 * Block));
                chance.NextBytes(disk.AsSpan(6 * Block, 4096));
            }

            var made = await dying.Estate.BackUpAsync(dying.Backup, job, machine);
            dying.Contents[made.Point!.Id] = (byte[])disk.Clone();
        }

        return dying;
    }

    internal static Task RemoveOldestAsync(OpenBackup backup) =>
        Janitor.RemoveAsync(backup, backup.Folder.State.Points.First());

    internal static string FileOf(SegmentState segment) => BackupNames.SegmentFile(segment.Id, segment.Generation);

    /// <summary>Every point is what it was, what is alive is what is reached, and verifying finds nothing.</summary>
    internal static async Task CheckAsync(OpenBackup backup, Dictionary<PointId, byte[]> contents)
    {
        foreach (var point in backup.Folder.State.Points)
        {
            Assert.Equal(contents[point.Id], await Estate.ReadAsync(backup, point.Id, "disk0"));
        }

        await Reachability.CheckAsync(backup);
        var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, CancellationToken.None);
        Assert.Empty(report.Damaged);
    }

    public void Dispose() => Estate.Dispose();
}
