using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Repairing;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Digests;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Repairing;

/// <summary>A table that names a stored block as what it is not: no repair believes it against those that are right.</summary>
public sealed class ContradictionTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Estate _estate = new();
    private readonly Dictionary<PointId, byte[]> _contents = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _estate.Dispose();

    [Theory]
    [InlineData(3, 1, 0)]
    [InlineData(1, 3, 0)]
    [InlineData(0, 5, 0)]
    [InlineData(0, 5, 1)]
    [InlineData(3, 3, 0)]
    public async Task A_sound_frame_is_not_written_anew_for_the_table_that_says_something_else_of_it(
        int stored,
        int named,
        int removed
    )
    {
        var (backup, store, job, machine) = await MakeAsync();
        var (other, content) = await OtherAsync();
        var lie = await LyingTable.AddAsync(
            _estate,
            backup,
            job,
            machine,
            stored,
            named,
            DigestTree.Block(content, Block)
        );

        // What is removed is not named any more, and deltas still stand upon it.
        await Janitor.RemoveAsync(backup, backup.Folder.State.Points.Take(removed));

        var report = await RepairAsync(store, other);

        Assert.Equal((1, 0), (report.Found, report.BlocksMended));
        Assert.Equal([lie.Id], report.PointsMarked);
        Assert.Equal([lie.Id], Assert.Single(report.NotMended).Points);
        var after = await _estate.OpenAsync(store, _estate.Here);
        foreach (var point in after.Folder.State.Points.Where(point => point.Id != lie.Id))
        {
            Assert.True(point.IsComplete);
            Assert.Equal(_contents[point.Id], await Estate.ReadAsync(after, point.Id, "disk0"));
        }

        Assert.Equal(
            [lie.Id],
            (
                await new BackupVerifier(await _estate.OpenAsync(store, _estate.Here), null).VerifyAsync(
                    data: true,
                    Token
                )
            ).Suffering
        );
    }

    [Fact]
    public async Task A_frame_that_holds_what_no_table_says_is_written_anew()
    {
        var (backup, store, job, machine) = await MakeAsync();
        var (other, content) = await OtherAsync();
        var digest = DigestTree.Block(content, Block);
        var lie = await LyingTable.StoreAsync(_estate, backup, job, machine, 3, digest, new byte[Block]);

        var report = await RepairAsync(store, other);

        Assert.Equal((1, 1), (report.Found, report.BlocksMended));
        Assert.Empty(report.NotMended);
        var after = await _estate.OpenAsync(store, _estate.Here);
        var disk = await Estate.ReadAsync(after, lie.Id, "disk0");
        Assert.Equal(content, disk.AsSpan(3 * Block, Block).ToArray());
    }

    private async Task<(OpenBackup Backup, MemoryObjectStore Store, JobDefinition Job, Machine Machine)> MakeAsync()
    {
        var store = new MemoryObjectStore();
        var machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        var job = _estate.BackupJob(keep: 100);
        var backup = await _estate.CreateAsync(job, store);
        for (var point = 0; point < 4; point++)
        {
            var disk = _estate.Disks[(machine.Id, "disk0")];
            disk[0]++;
            var made = await _estate.BackUpAsync(backup, job, machine);
            _contents[made.Point!.Id] = (byte[])disk.Clone();
        }

        return (backup, store, job, machine);
    }

    /// <summary>A backup of another machine, with a block that the first has not.</summary>
    private async Task<(MemoryObjectStore Store, byte[] Content)> OtherAsync()
    {
        var store = new MemoryObjectStore();
        var disk = Janitor.RandomDisk(2, seed: 2);
        var machine = _estate.AddMachine("srv-web", ("disk0", disk));
        var job = _estate.BackupJob(keep: 100);
        await _estate.BackUpAsync(await _estate.CreateAsync(job, store), job, machine);
        return (store, disk[..Block]);
    }

    private async Task<RepairReport> RepairAsync(MemoryObjectStore store, MemoryObjectStore source) =>
        await new BackupRepairer(
            await _estate.OpenAsync(store, _estate.Here),
            [await _estate.OpenAsync(source, _estate.Here)],
            CompressionLevel.Default,
            null
        ).RepairAsync(isDryRun: false, Token);
}
