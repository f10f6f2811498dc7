using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Converting;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Converting;

/// <summary>Merge, convert, transform and synthetic full are a record each, and no data.</summary>
public sealed class StepSizeTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private const int BlockSize = 256 << 10;

    private readonly Estate _estate = new();
    private readonly TransferCounter _counter = new();
    private readonly WatchedStore _watched;
    private readonly Machine _machine;

    public StepSizeTests()
    {
        _watched = new WatchedStore(new CountingStore(new MemoryObjectStore(), _counter));
        _machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1)));
    }

    [Fact]
    public async Task A_merge_is_one_small_record()
    {
        var (backup, contents) = await MakeAsync(BackupMethod.ForeverForward);
        var oldest = backup.Folder.State.Points.First();
        await IsOneRecordAsync(backup, () => Janitor.RemoveAsync(backup, oldest));
        contents.Remove(oldest.Id);
        await CheckAsync(backup, contents);
    }

    [Fact]
    public async Task A_conversion_is_one_small_record_and_reads_nothing()
    {
        var (backup, contents) = await MakeAsync(BackupMethod.Reverse);
        Assert.Equal(ChainShape.ReverseIncremental, backup.Folder.State.Machines[_machine.Id].Chain.Shape);
        _watched.BytesRead.Clear();
        var received = _counter.Received;
        ConvertReport? report = null;
        await IsOneRecordAsync(
            backup,
            async () => report = await ChainConverter.ConvertToForwardAsync(backup, null, Token)
        );

        Assert.Equal(contents.Count, Assert.Single(report!.Machines).PointsChanged);
        Assert.Equal(received, _counter.Received);
        Assert.Equal(ChainShape.ForwardIncremental, backup.Folder.State.Machines[_machine.Id].Chain.Shape);
        await CheckAsync(backup, contents);

        // There is nothing to convert any more, and no record either.
        var number = backup.Folder.State.Number;
        Assert.Empty((await ChainConverter.ConvertToForwardAsync(backup, null, Token)).Machines);
        Assert.Equal(number, backup.Folder.State.Number);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_synthetic_full_and_a_transform_are_one_small_record(bool transform)
    {
        var (backup, contents) = await MakeAsync(BackupMethod.Forward);
        var request = new FullRequest(Full: false, SyntheticFull: true, Transform: transform);
        Core.Backups.RestorePoint? made = null;
        await IsOneRecordAsync(
            backup,
            async () => made = (await _estate.BackUpAsync(backup, Job(BackupMethod.Forward), _machine, request)).Point
        );
        Assert.Equal(PointKind.Full, made!.Kind);
        Assert.Equal(transform, backup.Folder.State.Points.Any(point => point.Kind == PointKind.ReverseIncrement));
        contents[made.Id] = _estate.Disks[(_machine.Id, "disk0")];
        await CheckAsync(backup, contents);
    }

    public void Dispose() => _estate.Dispose();

    private JobDefinition Job(BackupMethod method) => _job ??= _estate.BackupJob(method, keep: 100);

    private JobDefinition? _job;

    private async Task<(OpenBackup Backup, Dictionary<PointId, byte[]> Contents)> MakeAsync(BackupMethod method)
    {
        var backup = await _estate.CreateAsync(Job(method), _watched);
        var contents = await Janitor.GrowAsync(_estate, backup, Job(method), _machine, 20, seed: 2);
        return (await _estate.OpenAsync(_watched, _estate.Here), contents);
    }

    /// <summary>The step puts one record, of at most 4 KiB, and neither writes a segment nor reads a block.</summary>
    private async Task IsOneRecordAsync(OpenBackup backup, Func<Task> step)
    {
        var number = backup.Folder.State.Number;
        _watched.Written.Clear();
        _watched.BytesRead.Clear();
        var (sent, received) = (_counter.Sent, _counter.Received);
        await step();
        Assert.Equal(number + 1, backup.Folder.State.Number);
        var record = Assert.Single(_watched.Written, file => file.Name.StartsWith("log/", StringComparison.Ordinal));
        Assert.InRange(record.Length, 1, 4096);
        Assert.DoesNotContain(_watched.Written, file => file.Name.StartsWith("segments/", StringComparison.Ordinal));

        // Names, ranges and a table without a changed block: far less than the smallest block stored here.
        Assert.InRange(_counter.Sent - sent, 1, 32 << 10);
        Assert.InRange(_counter.Received - received, 0, BlockSize / 2);
        Assert.All(
            _watched.BytesRead.Where(file => file.Key.StartsWith("segments/", StringComparison.Ordinal)),
            file => Assert.InRange(file.Value, 0, 4096)
        );
    }

    private static async Task CheckAsync(OpenBackup backup, Dictionary<PointId, byte[]> contents)
    {
        Assert.Equal(contents.Count, backup.Folder.State.Points.Count());
        Assert.All(backup.Folder.State.Machines.Values, machine => Assert.Empty(ChainRules.Check(machine.Points)));
        foreach (var (point, content) in contents)
        {
            Assert.Equal(content, await Estate.ReadAsync(backup, point, "disk0"));
        }
    }
}
