using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Engine.Repairing;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>One machine has lost a segment: what it held is not taken for there when another machine has the same block.</summary>
public sealed class LostSegmentTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Estate _estate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _estate.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_block_of_another_machine_is_sent_and_not_referenced(bool isVerified)
    {
        var job = _estate.BackupJob(keep: 100);
        var copyJob = _estate.CopyJob(keep: 100);
        var (first, second) = (AddMachine("first", seed: 1), AddMachine("second", seed: 2));
        var source = await _estate.CreateAsync(job);
        var store = new MemoryObjectStore();
        var target = await _estate.CreateAsync(copyJob, store);
        foreach (var machine in new[] { first, second })
        {
            await _estate.BackUpAsync(source, job, machine);
            await _estate.CopyAsync(source, target, copyJob, machine.Id);
        }

        var lost = target.Folder.State.Segments.Values.Single(segment => segment.Machine == first.Id);
        await store.DeleteAsync(target.Frames.Tables.FileOf(lost.Id), Token);
        target = await _estate.OpenAsync(store, _estate.OffSite);
        var damaged = DamagedBlocks.None;
        if (isVerified)
        {
            var before = await new BackupVerifier(target, null).VerifyAsync(data: true, Token);
            damaged = DamagedBlocks.Of(before, target.Folder.State);
            Assert.Equal([first.Id], damaged.Machines);
        }
        else
        {
            await new BackupRepairer(target, [], CompressionLevel.Default, null).RepairAsync(isDryRun: false, Token);
        }

        var disk = _estate.Disks[(first.Id, "disk0")];
        disk.AsSpan(2 * Block, Block).CopyTo(_estate.Disks[(second.Id, "disk0")]);
        await _estate.BackUpAsync(source, job, second);
        var point = (await _estate.CopyAsync(source, target, copyJob, second.Id, damaged: damaged)).Point!;

        var after = await new BackupVerifier(await ReopenAsync(store), null).VerifyAsync(data: true, Token);
        Assert.DoesNotContain(point.Id, after.Suffering);
        Assert.Equal(
            _estate.Disks[(second.Id, "disk0")],
            await Estate.ReadAsync(await ReopenAsync(store), point.Id, "disk0")
        );
    }

    private async Task<OpenBackup> ReopenAsync(MemoryObjectStore store) =>
        await _estate.OpenAsync(store, _estate.OffSite);

    private Machine AddMachine(string name, int seed) =>
        _estate.AddMachine(name, ("disk0", Janitor.RandomDisk(4, seed)));
}
