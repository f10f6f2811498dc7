using System.Buffers.Binary;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Runs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Verifying;
using Longhaul.Sources;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Points;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>A machine with a synthetic disk, its backup and its copy, each seen through a store that counts.</summary>
internal sealed class SyntheticSite : IDisposable
{
    private const int BlockSize = 1 << 20;

    private readonly MemoryObjectStore _near = new();
    private readonly MemoryObjectStore _far = new();
    private readonly JobDefinition _nightly;
    private readonly JobDefinition _offSite;
    private readonly TemporaryFolder _home = new();
    private readonly TableCache _tables;
    private bool _isCopied;

    internal SyntheticSite(long size, int keep = 1000)
    {
        Machine = Estate.AddMachine("srv-files", ("disk0", []));
        Disk = new SyntheticDisk(size, BlockSize);
        _nightly = Estate.BackupJob(keep: keep, blockSize: BlockSize);
        _tables = new TableCache(_home["tables"], Estate.Clock);
        _offSite = Estate.CopyJob(keep: keep, blockSize: BlockSize);
    }

    internal Estate Estate { get; } = new();

    internal Machine Machine { get; }

    internal SyntheticDisk Disk { get; }

    /// <summary>Bytes to and from the backup, as a process sees them that has just been started.</summary>
    internal TransferCounter Near { get; private set; } = new();

    /// <summary>Bytes to and from the copy.</summary>
    internal TransferCounter Far { get; private set; } = new();

    /// <summary>Calls to the backup's store by what was last opened.</summary>
    internal FaultyStore Calls { get; private set; } = new(new MemoryObjectStore());

    internal async Task CreateAsync() => await Estate.CreateAsync(_nightly, _near);

    /// <summary>The backup, opened anew: nothing of it is in memory.</summary>
    internal async Task<OpenBackup> OpenAsync()
    {
        Near = new TransferCounter();
        Calls = new FaultyStore(new CountingStore(_near, Near));
        return await Estate.OpenAsync(Calls, Estate.Here);
    }

    internal async Task<MachineOutcome> BackUpAsync(OpenBackup? opened = null)
    {
        Estate.Clock.Advance(TimeSpan.FromHours(1));
        var backup = opened ?? await OpenAsync();
        var context = Estate.Context(_nightly, Machine) with
        {
            OpenDisk = (_, _, _) => ValueTask.FromResult<IDiskSource>(Disk),
        };
        var run = await BackupRun.BeginAsync(backup, context, TestContext.Current.CancellationToken);
        var outcome = await run.RunMachineAsync(Machine, new FullRequest(), TestContext.Current.CancellationToken);
        await run.EndAsync(TestContext.Current.CancellationToken);
        await EstateRetention.RunAsync(backup, _nightly, Machine.Id);
        return outcome;
    }

    internal async Task<MachineOutcome> CopyAsync()
    {
        Far = new TransferCounter();
        if (!_isCopied)
        {
            await Estate.CreateAsync(_offSite, _far);
            _isCopied = true;
        }

        var source = await OpenAsync();
        var target = await Estate.OpenAsync(new CountingStore(_far, Far), Estate.OffSite, _tables);
        var targetSide = await Estate.OpenAsync(_far, Estate.OffSite);
        return await Estate.CopyAsync(source, target, _offSite, Machine.Id, Far, targetSide: targetSide);
    }

    /// <summary>The copy, opened anew.</summary>
    internal async Task<OpenBackup> OpenCopyAsync()
    {
        Far = new TransferCounter();
        return await Estate.OpenAsync(new CountingStore(_far, Far), Estate.OffSite);
    }

    /// <summary>Verifies the copy with its data.</summary>
    internal async Task<VerifyReport> VerifyCopyAsync()
    {
        var copy = await Estate.OpenAsync(_far, Estate.OffSite);
        return await new BackupVerifier(copy, null).VerifyAsync(data: true, TestContext.Current.CancellationToken);
    }

    /// <summary>The numbers in the blocks of a restore point that are not zero, read as a restore reads them.</summary>
    internal static async Task<Dictionary<long, long>> ReadAsync(OpenBackup backup, PointId point)
    {
        var token = TestContext.Current.CancellationToken;
        var disk = (await backup.Tables.ViewAsync(point, token)).FindDisk("disk0")!;
        var numbers = new Dictionary<long, long>();
        var content = new byte[BlockSize];
        await foreach (var page in disk.NonZeroPagesAsync(token))
        {
            var versions = await disk.ReadPageAsync(page, token);
            for (var slot = 0; slot < versions.Length; slot++)
            {
                if (versions[slot].Address is { } address)
                {
                    await backup.Frames.ReadAsync(address, content, token);
                    numbers[(page * DiskView.Fanout) + slot] = BinaryPrimitives.ReadInt64LittleEndian(content);
                }
            }
        }

        return numbers;
    }

    public void Dispose()
    {
        Estate.Dispose();
        _home.Dispose();
    }
}
