using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Repairing;
using Longhaul.Engine.Retaining;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Repairing;

/// <summary>What is listed of damage is bounded; who suffers is not.</summary>
public sealed class ManyDamagesTests : IDisposable
{
    private readonly Estate _estate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _estate.Dispose();

    [Fact]
    public async Task A_point_whose_table_is_damaged_is_marked_behind_more_damage_than_is_listed()
    {
        var store = new MemoryObjectStore();
        var machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(4, seed: 1)));
        var job = _estate.BackupJob(keep: 100);
        var backup = await _estate.CreateAsync(job, store);
        var (kept, hurt) = ((await _estate.BackUpAsync(backup, job, machine)).Point!.Id, default(PointId));
        _estate.Disks[(machine.Id, "disk0")][0] ^= 1;
        hurt = (await _estate.BackUpAsync(backup, job, machine)).Point!.Id;
        for (var record = 0; record < BackupVerifier.DamageLimit + 60; record++)
        {
            await PointPin.SetAsync(backup.Folder, kept, record % 2 == 0 ? PinReason.User : PinReason.None, Token);
        }

        // The older records rot, which nobody suffers from; they come first in every list.
        var state = backup.Folder.State;
        var objects = store.Snapshot().Objects;
        for (var number = 1L; number < state.Number - state.SinceWhole; number++)
        {
            var name = BackupNames.Record(number);
            objects = objects.SetItem(name, objects[name][..^1]);
        }

        var table = state.Machines[machine.Id].Tables.Single(table => table.Point == hurt).File;
        objects = objects.SetItem(table, objects[table][..^9]);
        var broken = new MemoryObjectStore(store.Snapshot() with { Objects = objects });

        var report = await new BackupRepairer(
            await _estate.OpenAsync(broken, _estate.Here),
            [],
            CompressionLevel.Default,
            null
        ).RepairAsync(isDryRun: false, Token);

        Assert.Equal(BackupVerifier.DamageLimit, report.NotMended.Count);
        Assert.True(report.NotMendedUnlisted > 0);
        Assert.Equal(report.Found, report.NotMended.Count + report.NotMendedUnlisted);
        Assert.Equal([hurt], report.PointsMarked);
        var after = await _estate.OpenAsync(broken, _estate.Here);
        Assert.Equal(
            [(kept, true), (hurt, false)],
            after.Folder.State.Points.Select(point => (point.Id, point.IsComplete))
        );
    }
}
